import assert from "node:assert/strict";
import { test } from "node:test";
import { Allowance } from "../../src/chat/allowance.ts";

const none = (): number => 0;

test("an address may say ten times what a person may, and each person no more than their own", () => {
  const allowance = new Allowance({ perSecond: 1, burst: 2 }, none);
  for (let person = 0; person < 10; person += 1) {
    for (let at = 0; at < 2; at += 1) {
      assert.equal(allowance.waitMs(`u${person}`, "a"), 0);
      allowance.spend(`u${person}`, "a");
    }
    assert.equal(
      allowance.waitMs(`u${person}`, "b"),
      1_000,
      "the person's own is used up, wherever they are",
    );
  }
  assert.equal(allowance.waitMs("somebody else", "a"), 100, "the address's is");
  assert.equal(allowance.waitMs("somebody else", "b"), 0);
});

test("what is given back can be spent again", () => {
  const allowance = new Allowance({ perSecond: 1, burst: 1 }, none);
  allowance.spend("ana", "a");
  allowance.refund("ana", "a");
  assert.equal(allowance.waitMs("ana", "a"), 0);
});

test("people of addresses that are not known share none", () => {
  const allowance = new Allowance({ perSecond: 1, burst: 1 }, none);
  for (let person = 0; person < 50; person += 1) {
    assert.equal(allowance.waitMs(`u${person}`, ""), 0);
    allowance.spend(`u${person}`, "");
  }
});

test("what costs more than is left is said, and then waited for", () => {
  const allowance = new Allowance({ perSecond: 1, burst: 2 }, none);
  allowance.spend("ana", "", 5);
  assert.equal(allowance.waitMs("ana", ""), 4_000);
  allowance.refund("ana", "", 5);
  assert.equal(allowance.waitMs("ana", ""), 0);
});
