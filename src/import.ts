/**
 * `npm run import`: brings the chat in DATA_DIR, of a server that is stopped, into the stream that several nodes share.
 * Exit codes: 0 all of it is there, 1 not (a line says why), 2 asked wrongly or configured wrongly.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import dotenv from "dotenv";
import { fingerprintOf, secretMistake } from "./chat/secret.ts";
import { ConfigError, readConfig, type Config } from "./config.ts";
import { lockDataDir } from "./message-log/data-dir-lock.ts";
import { ImportSource } from "./message-log/import-source.ts";
import { StartError } from "./message-log/message-log.ts";
import type { LogLines } from "./message-log/log-lines.ts";
import { natsOptions } from "./nats/cluster.ts";
import { connectToNats, type NatsLink } from "./nats/connection.ts";
import { importInto } from "./nats/importing.ts";
import { openStream } from "./nats/stream.ts";
import { complain, outliveReaders, say } from "./terminal.ts";

const patienceMs = 30_000;

/** Why it waits for NATS, as last told. */
let reason = "";
const remember = (fields: object): void => {
  if ("reason" in fields) reason = `: ${String(fields.reason)}`;
};
const lines: LogLines = { info: () => undefined, warn: remember, error: remember };

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0)
    return complain("It takes no arguments: DATA_DIR says from where, NATS_URL to where", 2);
  dotenv.config({ quiet: true });
  const config = readConfig(process.env);
  const { dataDir, secret, natsServers } = config;
  if (natsServers === undefined || secret === undefined)
    throw new ConfigError(["NATS_URL must say to where"]);
  const mistake = secretMistake(dataDir, secret);
  if (mistake !== undefined) throw new StartError(mistake);
  const file = join(dataDir, "confab.db");
  if (!existsSync(file)) throw new StartError(`there is no ${file}: nothing was kept here yet`);
  const lock = await lockStopped(dataDir);
  const source = new ImportSource(dataDir, fingerprintOf(secret));
  const link = await inTime(connectToNats(natsOptions(config), lines), "no NATS server answered");
  await bringAll(config, link, source);
  source.close();
  await link.close();
  lock.release();
  return 0;
}

async function bringAll(config: Config, link: NatsLink, source: ImportSource): Promise<void> {
  const stream = await inTime(
    openStream(link, lines, () => undefined),
    "JetStream was not ready",
  );
  const { brought } = await importInto(link, stream, source, {
    onProgress: (done, all) => say(`${done} of ${all} records are in the stream.`),
  });
  say(
    brought === 0
      ? `All of ${config.dataDir} was in the stream already.`
      : `${config.dataDir} is in the stream ${stream.name}. Start every node with a DATA_DIR of its own and this SECRET.`,
  );
}

async function lockStopped(dataDir: string): ReturnType<typeof lockDataDir> {
  try {
    return await lockDataDir(dataDir, 0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw reason.startsWith("another")
      ? new StartError(`a server, or another import, still uses ${dataDir}: stop it first`)
      : error;
  }
}

async function inTime<Result>(work: Promise<Result>, complaint: string): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<Result>();
  const timer = setTimeout(
    () => reject(new StartError(`${complaint} within ${patienceMs / 1000} s${reason}`)),
    patienceMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

if (import.meta.main) {
  outliveReaders();
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const isConfig = error instanceof ConfigError;
    const reason = error instanceof Error ? error.message : String(error);
    // What still waits for NATS would keep the process.
    process.exit(complain(`Not imported: ${reason}`, isConfig ? 2 : 1));
  }
}
