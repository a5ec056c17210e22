/** Confab as `main.ts` starts it, in a process of its own that tells what it costs. Forked by the benches. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/logger.ts";
import { start } from "../../src/main.ts";

/** What the process did since it was last asked. */
export interface Cost {
  readonly cpuMs: number;
  readonly rssMiB: number;
  /** 99th percentile of what a timer of 1 ms came too late. */
  readonly loopDelayP99Ms: number;
}

const config = readConfig(process.env);
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
let cpuBefore = process.cpuUsage();

const running = await start(config, createLogger(config.logLevel));
process.send?.({ url: running.url });

process.on("message", (request) => {
  if (request === "stop") void running.stop().then(() => process.exit(0));
  if (request === "cost") process.send?.(takeCost());
});
process.on("disconnect", () => process.exit(0));

function takeCost(): Cost {
  const { user, system } = process.cpuUsage(cpuBefore);
  const cost = {
    cpuMs: (user + system) / 1_000,
    rssMiB: process.memoryUsage().rss / 2 ** 20,
    loopDelayP99Ms: Math.max(0, delays.percentile(99) / 1e6 - 1),
  };
  cpuBefore = process.cpuUsage();
  delays.reset();
  return cost;
}
