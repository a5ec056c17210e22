import assert from "node:assert/strict";
import { test } from "node:test";
import { requestId } from "../../src/protocol/request-id.ts";

const make = (): string => "made";

test("a proxy's name for a request is taken over where that proxy is believed", () => {
  for (const name of ["a", "x".repeat(128), "Az09_.:+/=-"]) {
    assert.equal(requestId({ "x-request-id": name }, 1, make), name);
    assert.equal(requestId({ "x-request-id": name }, 0, make), "made");
  }
});

test("what no proxy makes is never written into a log", () => {
  for (const name of ["", "x".repeat(129), "a b", " a", "a\n", '"', "é", ["a", "b"], ["a"], undefined])
    assert.equal(requestId({ "x-request-id": name }, 1, make), "made");
  assert.equal(requestId({}, 1, make), "made");
});
