import assert from "node:assert/strict";
import { test } from "node:test";
import {
  abnormalClosure,
  closeLabel,
  closes,
  mayReconnect,
  noCodeReceived,
} from "../../src/protocol/close-codes.ts";

test("each close has a code and a reason of its own that fits into a close frame", () => {
  const all = Object.values(closes);
  assert.equal(new Set(all.map(({ code }) => code)).size, all.length);
  assert.equal(new Set(all.map(({ reason }) => reason)).size, all.length);
  for (const { reason } of all) assert(Buffer.byteLength(reason) <= 123);
});

test("each code is one that an endpoint may send", () => {
  for (const { code } of Object.values(closes)) {
    assert(
      (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 4000 && code <= 4999),
    );
  }
});

test("who was sent away for good does not come back; everybody else does", () => {
  for (const code of [
    1000, 1001, 1009, 1011, 1012, 1013, 3000, 4000, 4008, 4009, 4400, 4408, 4429, 4499, 5000,
  ]) {
    assert(mayReconnect(code), String(code));
  }
  for (const code of [noCodeReceived, abnormalClosure]) assert(mayReconnect(code));
  for (const code of [closes.badKey.code, 4500, 4999]) assert(!mayReconnect(code), String(code));
});

test("codes are told apart that mean something, and what a peer makes up is one of many", () => {
  for (const code of [1000, 1001, noCodeReceived, abnormalClosure, closes.flood.code])
    assert.equal(closeLabel(code), code);
  for (const code of [1002, 3000, 4999]) assert.equal(closeLabel(code), "other");
});
