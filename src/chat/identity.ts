/**
 * Who somebody is without signing up: a uid made from a secret that stays in their browser and the server's own, so
 * that it is the same after a reload, a restart and on every node, and nobody else can make it.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import unhomoglyph from "unhomoglyph";
import type { Ref, Uid } from "../protocol/events.ts";

const uidChars = 16;
const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The client's secret: 22 base64url characters hold 128 bits. */
export function isKey(key: string): boolean {
  return /^[A-Za-z0-9_-]{22,64}$/.test(key);
}

/** The first 16 base32 characters (RFC 4648, lower case) of HMAC-SHA256(SECRET, key): 80 bits. */
export function uidFromKey(secret: string, key: string): Uid {
  return encodeBase32(createHmac("sha256", secret).update(key).digest());
}

/** Of a program that posts under this name. No key has a colon, so nobody else can become it. */
export function uidOfPoster(secret: string, name: string): Uid {
  return uidFromKey(secret, `post:${name}`);
}

/** For a connection that brought no key: nobody can become this person again. */
export function freshUid(): Uid {
  return encodeBase32(randomBytes(10));
}

/**
 * For an act of somebody whose uid others may have too: 122 random bits. Node draws those of a UUID for many at a time.
 */
export function freshRef(): Ref {
  return Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
}

/**
 * Two names share a key when they differ only in case, or look alike (Unicode's confusables): "Paul" and "pаul"
 * with a Cyrillic а. Both readings are needed: I looks like l, yet its lower case is i.
 */
export function nameKeys(name: string): readonly string[] {
  const bare = name.normalize("NFKC").replace(/[\p{Default_Ignorable_Code_Point}\s]/gu, "");
  return [`look ${skeleton(bare).toLowerCase()}`, `case ${skeleton(bare.toLowerCase())}`];
}

/** UTS #39 §4: decomposed, each character replaced by the one it looks like, decomposed again. */
function skeleton(text: string): string {
  return unhomoglyph(text.normalize("NFD")).normalize("NFD");
}

function encodeBase32(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes.subarray(0, (uidChars * 5) / 8)) bits = (bits << 8n) | BigInt(byte);
  const chars = Array.from({ length: uidChars }, (_, at) => {
    return base32.charAt(Number((bits >> BigInt((uidChars - 1 - at) * 5)) & 31n));
  });
  return chars.join("");
}
