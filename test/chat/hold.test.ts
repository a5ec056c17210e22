import assert from "node:assert/strict";
import { test } from "node:test";
import { Hold } from "../../src/chat/hold.ts";

test("I4 behind a refused act others are refused too, until it comes again", () => {
  const hold = new Hold(() => 0);
  assert.equal(hold.codeFor("a"), undefined);
  hold.begin(hold.arrive("a"), "rate_limited", 250);
  assert.equal(hold.codeFor("b"), "rate_limited");
  assert.equal(hold.codeFor("a"), undefined);
  hold.passed("b");
  assert.equal(hold.codeFor("b"), "rate_limited");
  hold.passed("a");
  assert.equal(hold.codeFor("b"), undefined);
});

test("I4 of several refused the one that came first is waited for, whichever was answered first", () => {
  const hold = new Hold(() => 0);
  const [a, b] = [hold.arrive("a"), hold.arrive("b")];
  hold.begin(b, "unavailable", 250);
  assert.equal(hold.codeFor("a"), "unavailable");
  hold.begin(a, "unavailable", 250);
  assert.equal(hold.codeFor("a"), undefined);
  assert.equal(hold.codeFor("b"), "unavailable");
  hold.begin(b, "unavailable", 250);
  assert.equal(hold.codeFor("a"), undefined);
});

test("a sender who gave the refused act up is held back a second longer than told, and no more", () => {
  let nowMs = 0;
  const hold = new Hold(() => nowMs);
  hold.begin(hold.arrive("a"), "rate_limited", 250);
  nowMs = 1_249;
  assert.equal(hold.codeFor("b"), "rate_limited");
  nowMs = 1_250;
  assert.equal(hold.codeFor("b"), undefined);
  hold.begin(hold.arrive("b"), "rate_limited", 250);
  assert.equal(hold.codeFor("a"), "rate_limited");
});
