/** A server that cannot start ends at once, and tells its operator in one line what to do. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { temporaryFolder, type Env } from "./support/server.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";

const program = join(import.meta.dirname, "..", "src", "main.ts");
/** A start that tries for ever is ended by us, and then has no exit code. */
const patienceMs = 30_000;

async function complaintOf(t: TestContext, env: Env): Promise<string> {
  const settings = {
    PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: temporaryFolder(t),
    DRAIN_DELAY_MS: "0",
    ...env,
  };
  const child = spawn(process.execPath, [program], {
    cwd: temporaryFolder(t),
    env: { PATH: process.env["PATH"], ...settings },
    timeout: patienceMs,
    killSignal: "SIGKILL",
  });
  const [complaint, , [code]] = await Promise.all([
    text(child.stderr),
    text(child.stdout),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  assert.equal(code, 1, `ended with ${code}, saying: ${complaint}`);
  assert.match(complaint, /^Confab cannot start: [^\n]+\n$/);
  return complaint;
}

test("a port that is taken", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const complaint = await complaintOf(t, { PORT: String(port) });
  assert.match(complaint, new RegExp(`port ${port} is taken: stop what listens there .*another PORT`));
});

test("a HOST that is another machine's", async (t) => {
  // Kept free for documentation, so nobody has it.
  assert.match(
    await complaintOf(t, { HOST: "192.0.2.1" }),
    /HOST 192\.0\.2\.1 is no address of this machine: /,
  );
});

test("a DATA_DIR that cannot be made, since a file has its name or is on the way", async (t) => {
  const file = join(temporaryFolder(t), "file");
  writeFileSync(file, "");
  for (const dataDir of [file, join(file, "data")]) {
    assert.match(await complaintOf(t, { DATA_DIR: dataDir }), /cannot make the folder .* another DATA_DIR/);
  }
});

test("a DATA_DIR where the system makes no folders, which Node's own way would try for ever", async (t) => {
  if (process.platform !== "linux") {
    t.skip("there is no /proc");
    return;
  }
  assert.match(
    await complaintOf(t, { DATA_DIR: "/proc/none/data" }),
    /cannot make the folder .* another DATA_DIR/,
  );
});

test("a DATA_DIR on a full disk", async (t) => {
  const dataDir = smallDisk(t, "1m");
  if (dataDir === undefined) return;
  fillDisk(join(dataDir, "filler"));
  assert.match(
    await complaintOf(t, { DATA_DIR: dataDir }),
    /cannot write in .* is full.*: make room on its disk/,
  );
});
