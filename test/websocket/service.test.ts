import assert from "node:assert/strict";
import { test } from "node:test";
import { isPeersFault } from "../../src/websocket/service.ts";

test("a broken frame is the peer's fault, and nothing else is", () => {
  const failed = (code: string): Error => Object.assign(new Error("failed"), { code });
  assert(isPeersFault(failed("WS_ERR_INVALID_UTF8")));
  for (const error of [failed("EPIPE"), failed("ERR_WS_ERR_"), failed(""), new TypeError("a bug")])
    assert(!isPeersFault(error), error.message);
});
