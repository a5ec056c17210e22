/** A SqliteLog on a folder of its own, closed and removed after the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { RoomEvent } from "../../src/message-log/message-log.ts";
import { SqliteLog } from "../../src/message-log/sqlite-log.ts";
import type { SqliteLogOptions } from "../../src/message-log/sqlite-log.ts";
import type { LogUnderTest } from "../contract/message-log.ts";
import { patientSearch } from "../support/patient-search.ts";

export interface OpenedLog extends LogUnderTest {
  readonly log: SqliteLog;
  readonly dataDir: string;
  /** What the operator was told: the names of the lines. */
  readonly lines: readonly string[];
  readonly reopen: (options?: Partial<SqliteLogOptions>) => Promise<OpenedLog>;
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "confab-log-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  return folder;
}

export async function openLog(t: TestContext, options: Partial<SqliteLogOptions> = {}): Promise<OpenedLog> {
  const dataDir = options.dataDir ?? temporaryFolder(t);
  const lines: string[] = [];
  const take = (_fields: object, event: string) => void lines.push(event);
  const log = new SqliteLog({
    sync: "normal",
    lockWaitMs: 0,
    lines: { info: take, warn: take, error: take },
    searchBudget: patientSearch,
    ...options,
    dataDir,
  });
  const fed: RoomEvent[] = [];
  await log.start((event) => fed.push(event));
  t.after(() => log.close());
  const reopen = async (changed: Partial<SqliteLogOptions> = {}): Promise<OpenedLog> => {
    await log.close();
    return openLog(t, { ...options, dataDir, ...changed });
  };
  return { log, fed, dataDir, lines, reopen };
}

/** Far longer than anything takes that is waited for here, and shorter than a test may take. */
const patienceMs = 60_000;

/**
 * Waits for what the log does by itself, a little later.
 * @throws Error for a wait in vain: one without end would outlive its test, and keep the whole run from ending
 */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`not within ${patienceMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
