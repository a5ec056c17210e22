import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { freshRef, freshUid, isKey, nameKeys, uidFromKey } from "../../src/chat/identity.ts";

test("a uid is the first 80 bits of HMAC-SHA256(SECRET, key) in base32, as anybody can compute it", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (secret, key) => {
      const digest = createHmac("sha256", secret).update(key).digest();
      const bits = Array.from(digest.subarray(0, 10), (byte) => byte.toString(2).padStart(8, "0")).join("");
      const digits = bits.match(/.{5}/g) ?? [];
      const expected = digits.map((digit) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(digit, 2)]);
      assert.equal(uidFromKey(secret, key), expected.join(""));
    }),
  );
});

test("the same key is somebody else with another secret", () => {
  assert.notEqual(uidFromKey("secret one", "k"), uidFromKey("secret two", "k"));
});

test("who brings no key, and an act without a ref, get fresh ones of one form", () => {
  const [uids, refs] = [new Set<string>(), new Set<string>()];
  for (let at = 0; at < 1_000; at += 1) {
    uids.add(freshUid());
    refs.add(freshRef());
  }
  assert.equal(uids.size, 1_000);
  assert.equal(refs.size, 1_000);
  for (const uid of uids) assert.match(uid, /^[a-z2-7]{16}$/);
  for (const ref of refs) assert.match(ref, /^[A-Za-z0-9_-]{22}$/);
});

test("a key is 22 to 64 base64url characters", () => {
  for (const key of ["A".repeat(22), "z".repeat(64), "-_".repeat(20)]) assert(isKey(key));
  for (const key of ["", "A".repeat(21), "A".repeat(65), `${"A".repeat(21)}=`, `${"A".repeat(22)}\n`]) {
    assert(!isKey(key), JSON.stringify(key));
  }
});

function lookAlike(one: string, other: string): boolean {
  const keys = new Set(nameKeys(one));
  return nameKeys(other).some((key) => keys.has(key));
}

for (const [one, other] of [
  ["Ana", "ANA"],
  ["Paul", "Pаul"],
  ["Ana", "Аnа"],
  ["Ana", "Ａｎａ"],
  ["Ana", "𝐀𝐧𝐚"],
  ["Ana Maria", "AnaMaria"],
  ["Ana", "A\u200dn\u00ada"],
  ["Ilse", "llse"],
  ["paul", "pauI"],
  ["María", "Mari\u0301a"],
] as const) {
  test(`${one} and ${JSON.stringify(other)} look alike`, () => {
    assert(lookAlike(one, other));
  });
}

for (const [one, other] of [
  ["Ana", "Anna"],
  ["Maria", "Mario"],
  ["李", "王"],
  ["ana", "ane"],
] as const) {
  test(`${one} and ${other} do not look alike`, () => {
    assert(!lookAlike(one, other));
  });
}
