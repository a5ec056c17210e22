/** The HTTP side alone, as it is: the real app on a real server, a real log in a folder of its own, the real views. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Express } from "express";
import { readConfig } from "../../src/config.ts";
import { createHttpServer } from "../../src/http-server.ts";
import { createLogger } from "../../src/logger.ts";
import { Metrics } from "../../src/metrics.ts";
import type { Act, MessageAct, MessageLog } from "../../src/message-log/message-log.ts";
import { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import type { Person } from "../../src/protocol/server-frames.ts";
import { Turns } from "../../src/turns.ts";
import { createApp } from "../../src/web/app.ts";
import type { Askers } from "../../src/web/asking.ts";
import { patientSearch } from "./patient-search.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Web {
  readonly app: Express;
  readonly port: number;
  readonly log: MessageLog;
  readonly health: { isDraining: boolean; connections: number; people: number };
  readonly present: Person[];
  /** What the operator was told, oldest first. */
  readonly lines: readonly string[];
  readonly staticDir: string;
  /** @param path as it goes into the request line, nothing resolved or encoded */
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** Sends bytes as they are, and gives back all that comes until the server closes. */
  raw(bytes: string): Promise<string>;
}

export interface WebOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly viewsDir?: string;
  /** Left out: nobody is counted. */
  readonly askers?: Askers;
  readonly now?: () => number;
  readonly wrapLog?: (log: MessageLog) => MessageLog;
}

const nobody: Askers = { addressOf: () => undefined, refusedForMs: () => 0 };

export const root = join(import.meta.dirname, "..", "..");

export async function startWeb(t: TestContext, options: WebOptions = {}): Promise<Web> {
  const folder = mkdtempSync(join(tmpdir(), "confab-web-"));
  const staticDir = makeStaticDir(folder);
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line: string) => void lines.push(line) });
  const dataDir = join(folder, "data");
  const rest = { sync: "normal", lockWaitMs: 0, searchBudget: patientSearch } as const;
  const kept = new SqliteLog({ dataDir, lines: logger, ...rest });
  await kept.start(() => undefined);
  const log = options.wrapLog?.(kept) ?? kept;
  const health = { isDraining: false, connections: 0, people: 0 };
  const present: Person[] = [];
  const people = (_room: string, query: string) => ({
    count: present.length,
    people: present.filter(({ name }) => name.includes(query)),
  });
  const viewsDir = options.viewsDir ?? join(root, "views");
  const config = readConfig(options.env ?? {});
  const app = createApp({
    config,
    log,
    people: { people },
    health,
    metrics: new Metrics(),
    posting: { post: () => Promise.reject(new Error("nobody posts in these tests")) },
    askers: options.askers ?? nobody,
    now: options.now ?? (() => performance.now()),
    turns: new Turns(() => performance.now()),
    logger,
    staticDir,
    viewsDir,
  });
  const server = createHttpServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    await close(server);
    await kept.close();
    rmSync(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, asking?: Asking) => askOnce(port, path, asking);
  const raw = (bytes: string) => sendRaw(port, bytes);
  return { app, port, log, health, present, lines, staticDir, ask, raw };
}

/** A page's build as the build leaves it, and what must never be sent. */
function makeStaticDir(folder: string): string {
  const staticDir = join(folder, "static");
  mkdirSync(join(staticDir, "app"), { recursive: true });
  const files = {
    "app/manifest.json": JSON.stringify({
      "page.js": "page-AAAA2222.js",
      "page.css": "page-BBBB3333.css",
      "service-worker.js": "service-worker-CCCC4444.js",
    }),
    "app/service-worker-CCCC4444.js": "// the present worker",
    "app/page-AAAA2222.js": `// the present script${"\n// long enough to be worth compressing".repeat(100)}`,
    "app/page-AAAA2222.js.map": "{}",
    "app/page-BBBB3333.css": "body {}",
    "favicon.svg": "<svg/>",
    ".hidden": "a secret",
    "../outside": "a secret",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(staticDir, name), content);
  return staticDir;
}

async function askOnce(
  port: number,
  path: string,
  { method = "GET", headers = {} }: Asking = {},
): Promise<Answer> {
  const request = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent: false });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers };
      buffer(response).then((bytes) => resolve({ ...answer, bytes, body: bytes.toString() }), reject);
    });
  });
  request.end();
  return answered;
}

async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(bytes);
  return text(socket);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Keeps an act, failing the test where the log refuses it. */
export async function keep(log: MessageLog, act: Act): Promise<number> {
  const outcome = await log.append(act);
  if (!outcome.kept) throw new Error(`refused: ${outcome.code}`);
  return outcome.seq;
}

export function message(room: string, msg: string, name = "Ana"): MessageAct {
  return { type: "msg", room, uid: uidOf(name), ref: randomUUID(), id: 1, name, msg };
}

export function uidOf(name: string): string {
  return name.toLowerCase().padEnd(16, "2").slice(0, 16);
}

/** A log that differs in a few answers, to fail where a real one would take a broken disk. */
export function withAnswers(log: MessageLog, answers: Partial<MessageLog>): MessageLog {
  return new Proxy(log, {
    get: (target, key) => {
      const value: unknown = Reflect.get(Object.hasOwn(answers, key) ? answers : target, key);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
