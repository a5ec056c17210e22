import assert from "node:assert/strict";
import { test } from "node:test";
import { hostOfOrigin, requestHost } from "../../src/protocol/host.ts";

for (const [headers, hops, host] of [
  [{ host: "Chat.Example:9876" }, 0, "chat.example:9876"],
  [{ host: "[::1]:9876" }, 0, "[::1]:9876"],
  [{ host: "inside", "x-forwarded-host": "chat.example" }, 0, "inside"],
  [{ host: "inside", "x-forwarded-host": "chat.example" }, 1, "chat.example"],
  [{ host: "inside", "x-forwarded-host": "chat.example" }, 2, "chat.example"],
  [{ host: "inside", "x-forwarded-host": "forged.example, chat.example" }, 1, "chat.example"],
  [{ "x-forwarded-host": "forged.example, chat.example, inside" }, 2, "chat.example"],
  [{ host: "inside" }, 1, "inside"],
  [{}, 0, undefined],
  [{ host: "" }, 0, undefined],
  [{ host: "a b" }, 0, undefined],
  [{ host: "evil.example/@chat.example" }, 0, undefined],
  [{ host: "x".repeat(261) }, 0, "x".repeat(261)],
  [{ host: "x".repeat(262) }, 0, undefined],
] as const) {
  test(`${JSON.stringify(headers).slice(0, 100)} behind ${hops} trusted proxies was sent to ${host?.slice(0, 100) ?? "no host"}`, () => {
    assert.equal(requestHost(headers, hops), host);
  });
}

test("the host of an origin has no default port, and only web origins have one", () => {
  assert.equal(hostOfOrigin("https://Chat.Example:443"), "chat.example");
  assert.equal(hostOfOrigin("http://chat.example:9876"), "chat.example:9876");
  assert.equal(hostOfOrigin("http://chat.example:8080"), "chat.example:8080");
  const others = ["null", "", "file://x", "https://", "https://a/b", "https://a@b", "https://a b"];
  for (const origin of [...others, "xhttps://a", "https://a\nb"])
    assert.equal(hostOfOrigin(origin), undefined, origin);
});
