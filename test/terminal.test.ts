/** Programs at a terminal whose reader has read enough, as `npm run doctor | head -1` has. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { spawnServer, temporaryFolder, type Env } from "./support/server.ts";

type Output = "stdout" | "stderr";

/** With one of its outputs closed before it writes there: how it ends, and what it says in the other. */
async function run(program: string, args: readonly string[], closed: Output, env: Env = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "src", program), ...args], {
    cwd: import.meta.dirname,
    env: { PATH: process.env["PATH"], ...env },
  });
  child[closed].destroy();
  const said = text(child[closed === "stdout" ? "stderr" : "stdout"]);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, said: await said };
}

test("the doctor goes on to its verdict, and says nothing of a reader that is gone", async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), MAX_FRAME_BYTES: "none" };
  assert.deepEqual(await run("doctor.ts", [], "stdout", env), { code: 1, said: "" });
});

test("a backup that nobody reads about is made whole, the secret with it", async (t) => {
  const { dataDir } = await spawnServer(t);
  const file = join(temporaryFolder(t), "backup.db");
  const ended = await run("backup.ts", [file], "stdout", { DATA_DIR: dataDir });
  assert.deepEqual(ended, { code: 0, said: "" });
  assert.ok(existsSync(file) && existsSync(`${file}.secret`));
});

test("a complaint that nobody reads changes no exit code", async () => {
  for (const [program, args] of [
    ["doctor.ts", ["a", "b"]],
    ["backup.ts", []],
    ["import.ts", ["a"]],
  ] as const) {
    assert.deepEqual(await run(program, args, "stderr"), { code: 2, said: "" }, program);
  }
});
