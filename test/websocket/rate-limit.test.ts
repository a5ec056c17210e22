import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimiter, TokenBucket } from "../../src/websocket/rate-limit.ts";

function clock(): { now: () => number; pass: (ms: number) => void } {
  let nowMs = 0;
  return { now: () => nowMs, pass: (ms) => (nowMs += ms) };
}

test("a bucket lets a burst through, then tells how long to wait for the next token", () => {
  const { now, pass } = clock();
  const bucket = new TokenBucket({ perSecond: 5, burst: 20 }, now);
  for (let at = 0; at < 20; at += 1) {
    assert.equal(bucket.waitMs, 0);
    bucket.take();
  }
  assert.equal(bucket.waitMs, 200);
  pass(150);
  assert.equal(bucket.waitMs, 50);
  pass(50);
  assert.equal(bucket.waitMs, 0);
});

test("a bucket never holds more than its burst", () => {
  const { now, pass } = clock();
  const bucket = new TokenBucket({ perSecond: 5, burst: 2 }, now);
  pass(60_000);
  bucket.take();
  bucket.take();
  assert.equal(bucket.waitMs, 200);
});

test("a token given back can be taken again", () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, () => 0);
  bucket.take();
  bucket.giveBack();
  assert.equal(bucket.waitMs, 0);
});

test("a rate of 0 is no limit", () => {
  const bucket = new TokenBucket({ perSecond: 0, burst: 1 }, () => 0);
  for (let at = 0; at < 1_000; at += 1) bucket.take();
  assert.equal(bucket.waitMs, 0);
});

test("I6 a limiter holds no bucket for long that nothing was taken from, or that is full again", () => {
  const { now, pass } = clock();
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, now);
  for (let at = 0; at < 100_000; at += 1) {
    limiter.bucket(`${at}`).take();
    pass(1);
    assert(limiter.size <= 2_001, `${limiter.size} after ${at}`);
  }
});

test("a limiter keeps one bucket a key, and a busy one through a crowd of others", () => {
  const { now, pass } = clock();
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, now);
  limiter.bucket("ana").take();
  for (let at = 0; at < 5_000; at += 1) limiter.bucket(`crowd ${at}`);
  assert.equal(limiter.bucket("ana").waitMs, 1_000);
  pass(1_000);
  assert.equal(limiter.bucket("ana").waitMs, 0);
});

test("a bucket without a limit is full, however much was taken", () => {
  const bucket = new TokenBucket({ perSecond: 0, burst: 1 }, () => 0);
  bucket.take(5);
  assert.ok(bucket.isFull);
});
