import assert from "node:assert/strict";
import { test } from "node:test";
import { findProgram, requireProgram } from "./programs.ts";

function withEnvironment(t: test.TestContext, changes: Readonly<Record<string, string>>): void {
  const before = { ...process.env };
  Object.assign(process.env, changes);
  t.after(() => {
    process.env = before;
  });
}

test("a missing program skips its test, saying how to get it", (t) => {
  withEnvironment(t, { PATH: "/nowhere", CI: "" });
  assert.equal(findProgram("chromium"), undefined);
  const skipped = t.mock.method(t, "skip", () => undefined);
  assert.equal(requireProgram(t, "chromium"), undefined);
  assert.match(String(skipped.mock.calls[0]?.arguments[0]), /apt-get install chromium/);
});

test("in CI a missing program fails its test", (t) => {
  withEnvironment(t, { PATH: "/nowhere", CI: "true" });
  assert.throws(() => requireProgram(t, "chromium"), /chromium is missing/);
});
