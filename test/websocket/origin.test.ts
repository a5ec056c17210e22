import assert from "node:assert/strict";
import { test } from "node:test";
import { originRefusal } from "../../src/websocket/origin.ts";

const sameOrigin = { allowedOrigins: [] };

for (const [origin, host] of [
  [undefined, "chat.example"],
  ["https://chat.example", "chat.example"],
  ["http://chat.example", "chat.example:80"],
  ["https://chat.example", "chat.example:443"],
  ["https://chat.example:443", "chat.example"],
  ["http://CHAT.example:9876", "chat.EXAMPLE:9876"],
  ["http://[::1]:9876", "[::1]:9876"],
  ["http://192.168.1.7:9876", "192.168.1.7:9876"],
] as const) {
  test(`I9 origin ${String(origin)} may connect to ${host}`, () => {
    assert.equal(originRefusal(origin, host, sameOrigin), undefined);
  });
}

for (const [origin, host] of [
  ["https://evil.example", "chat.example"],
  ["https://chat.example:8443", "chat.example"],
  ["https://chat.example.evil.example", "chat.example"],
  ["https://evil.example/chat.example", "chat.example"],
  ["https://evil.example@chat.example", "chat.example"],
  ["https://chat.example@evil.example", "chat.example"],
  ["null", "chat.example"],
  ["", "chat.example"],
  ["file://chat.example", "chat.example"],
  ["https://chat.example", ""],
  ["https://chat.example", "evil.example/@chat.example"],
] as const) {
  test(`I9 origin ${JSON.stringify(origin)} may not connect to ${JSON.stringify(host)}`, () => {
    assert.notEqual(originRefusal(origin, host, sameOrigin), undefined);
  });
}

test("a refusal names the origin and the host", () => {
  const refusal = originRefusal("https://evil.example", "chat.example", sameOrigin) ?? "";
  assert.match(refusal, /evil\.example/);
  assert.match(refusal, /"chat\.example"/);
  const crooked = originRefusal(`https://é\n${"x".repeat(200)}`, "chat.example", sameOrigin) ?? "";
  assert.match(crooked, /"https:\/\/\?\?x{90}"/);
});

test("with ALLOWED_ORIGINS only they connect, and only to a host of theirs (DNS rebinding)", () => {
  const policy = { allowedOrigins: ["https://chat.example", "https://blog.example", "null"] };
  assert.equal(originRefusal("https://blog.example", "chat.example", policy), undefined);
  assert.equal(originRefusal("null", "chat.example", policy), undefined);
  assert.equal(originRefusal(undefined, "chat.example", policy), undefined);
  assert.notEqual(originRefusal("https://evil.example", "chat.example", policy), undefined);
  assert.notEqual(originRefusal("http://evil.example", "evil.example", policy), undefined);
  assert.notEqual(originRefusal(undefined, "10.0.0.1:9876", policy), undefined);
});

test("with ALLOWED_ORIGINS=null pages from files may connect, and pages of the same origin still", () => {
  const policy = { allowedOrigins: ["null"] };
  assert.equal(originRefusal("null", "chat.example", policy), undefined);
  assert.equal(originRefusal("https://chat.example", "chat.example", policy), undefined);
  assert.equal(originRefusal(undefined, "chat.example", policy), undefined);
  assert.notEqual(originRefusal("https://evil.example", "chat.example", policy), undefined);
});
