/** Does the server run, and what does it say of itself? Also whether the system lets it hold enough connections. */
import { readFileSync } from "node:fs";
import type { Config } from "../config.ts";
import { failure, ok, reasonOf, warning, type Finding } from "./finding.ts";

const patienceMs = 5_000;
/** Files of its own: the log, its index, the page. */
const ownFiles = 200;

export interface Health {
  readonly status: string;
  readonly reason?: string;
  readonly connections: number;
}

export async function checkServer({ host, port }: Pick<Config, "host" | "port">): Promise<Finding> {
  if (port === 0) return ok("PORT is 0: where the server listens is not known, so it was not asked");
  const isAny = host === "0.0.0.0" || host === "::";
  const address = `http://${isAny ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host}:${port}`;
  try {
    return ofHealth(address, await askHealth(new URL("health", `${address}/`)));
  } catch (error) {
    if (isRefused(error)) return ok(`no server runs at ${address}; the rest was checked without one`);
    return failure(
      `what answers at ${address} is not Confab: ${reasonOf(error)}`,
      "stop it, or choose another PORT",
    );
  }
}

/** @throws Error saying what came instead of health */
export async function askHealth(url: URL): Promise<Health> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: "follow" });
  const body: unknown = await response.json().catch(() => undefined);
  if (isHealth(body)) return body;
  throw new Error(`${url.pathname} answered ${response.status}, and nothing of Confab's`);
}

function ofHealth(address: string, { status, reason, connections }: Health): Finding {
  if (status === "ok") return ok(`the server runs at ${address}, with ${connections} connections`);
  if (status === "draining") return warning(`the server at ${address} is stopping`, "wait for it to end");
  const advice =
    "its log lines say since when; make room on the disk or mend it, the server goes on by itself then";
  return failure(`the server at ${address} is ${status}${reason === undefined ? "" : `: ${reason}`}`, advice);
}

/** Node takes all the system's hard limit gives; a service has its own (LimitNOFILE). */
export function checkOpenFiles({ maxConnections }: Pick<Config, "maxConnections">): Finding | undefined {
  const hard = hardLimit();
  if (hard === undefined) return undefined;
  const needed = maxConnections + ownFiles;
  if (hard >= needed)
    return ok(`${hard.toLocaleString("en")} open files are allowed, enough for MAX_CONNECTIONS`);
  return warning(
    `${hard} open files are allowed here, MAX_CONNECTIONS (${maxConnections}) needs ${needed}`,
    `raise the limit (systemd: LimitNOFILE=${needed}), or lower MAX_CONNECTIONS`,
  );
}

function hardLimit(): number | undefined {
  try {
    const limit = /^Max open files +\S+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined; // Only Linux tells it like this.
  }
}

function isHealth(body: unknown): body is Health {
  return (
    typeof body === "object" &&
    body !== null &&
    "status" in body &&
    typeof body.status === "string" &&
    "connections" in body
  );
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}
