import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeClientFrame } from "../../src/protocol/client-frames.ts";
import { nestsDeeperThan } from "../../src/protocol/nesting.ts";

for (const [text, depth] of [
  ["1", 0],
  ["[]", 1],
  ['{"a":[{}]}', 3],
  ["[][][]", 1],
  ["[[]][[]]", 2],
  ['"[[[["', 0],
  ['["\\"[[[["]', 1],
  ['["\\\\",[[]]]', 3],
  ["[[[", 3],
  ["]]][", 0],
] as const) {
  test(`${text} nests ${depth} deep`, () => {
    assert.equal(nestsDeeperThan(text, depth), false);
    if (depth > 0) assert.equal(nestsDeeperThan(text, depth - 1), true);
  });
}

test("it counts what a parser finds, whatever the JSON", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const depth = depthOf(value);
      assert.equal(nestsDeeperThan(JSON.stringify(value), depth), false);
      assert.equal(nestsDeeperThan(JSON.stringify(value), depth - 1), true);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("a frame may hold a nesting of 32, which nobody reads, and no deeper one", () => {
  const frame = (depth: number): string =>
    `{"action":"ping","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  assert.equal(decodeClientFrame(frame(32)).ok, true);
  const error = { code: "bad_frame", message: "The frame nests deeper than 32." };
  assert.deepEqual(decodeClientFrame(frame(33)), { ok: false, error });
});
