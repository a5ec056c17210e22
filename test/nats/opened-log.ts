/** A JetStreamLog on a real nats-server and a folder of its own; closed and removed after the test. */
import type { TestContext } from "node:test";
import type { RoomEvent } from "../../src/message-log/message-log.ts";
import { connectToNats } from "../../src/nats/connection.ts";
import type { NatsLink, NatsOptions } from "../../src/nats/connection.ts";
import { JetStreamLog } from "../../src/nats/jetstream-log.ts";
import type { JetStreamLogOptions } from "../../src/nats/jetstream-log.ts";
import type { LogUnderTest } from "../contract/message-log.ts";
import { temporaryFolder } from "../message-log/opened-log.ts";
import { patientSearch } from "../support/patient-search.ts";

export interface OpenedNode extends LogUnderTest {
  readonly log: JetStreamLog;
  readonly link: NatsLink;
  readonly dataDir: string;
  /** What the operator was told: the names of the lines. */
  readonly lines: readonly string[];
  readonly reopen: (options?: NodeOptions) => Promise<OpenedNode>;
}

export interface NodeOptions extends Partial<Omit<JetStreamLogOptions, "link">> {
  readonly prefix?: string;
  readonly credentials?: Omit<NatsOptions, "servers" | "prefix">;
}

/** @param url one or more servers, as NATS_URL has them */
export async function openNode(t: TestContext, url: string, options: NodeOptions = {}): Promise<OpenedNode> {
  const dataDir = options.dataDir ?? temporaryFolder(t);
  const names: string[] = [];
  const take = (_fields: object, event: string) => void names.push(event);
  const lines = { info: take, warn: take, error: take };
  const { prefix = "confab" } = options;
  const link = connectToNats({ servers: url.split(","), prefix, ...options.credentials }, lines);
  const log = new JetStreamLog({
    sync: "normal",
    lockWaitMs: 0,
    lines,
    searchBudget: patientSearch,
    ...options,
    dataDir,
    link,
    whyNoLink: () => "not told here",
  });
  const fed: RoomEvent[] = [];
  const close = async (): Promise<void> => {
    await log.close();
    await (await link).close();
  };
  t.after(close);
  await log.start((event) => fed.push(event));
  const reopen = async (changed: NodeOptions = {}): Promise<OpenedNode> => {
    await close();
    return openNode(t, url, { ...options, dataDir, ...changed });
  };
  return { log, link: await link, fed, dataDir, lines: names, reopen };
}
