import assert from "node:assert/strict";
import { test } from "node:test";
import { startWeb } from "../support/web-server.ts";

function directives(policy: string | string[] | undefined): Map<string, string> {
  const parts = String(policy).split(";");
  return new Map(parts.map((part) => [part.trim().split(" ", 1)[0] ?? "", part.trim().replace(/^\S+ /, "")]));
}

test("I9 a page may run our own script, connect to its own host, and nothing else", async (t) => {
  const web = await startWeb(t);
  const { headers } = await web.ask("/", { headers: { Host: "Chat.Example.com:8443" } });
  assert.deepEqual(Object.fromEntries(directives(headers["content-security-policy"])), {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self' ws://chat.example.com:8443 wss://chat.example.com:8443",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
  });
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "same-origin");
});

test("nothing says what only the proxy knows, or what browsers complain about on a LAN", async (t) => {
  const web = await startWeb(t);
  const { headers } = await web.ask("/");
  const unwanted = [
    "x-powered-by",
    "strict-transport-security",
    "cross-origin-opener-policy",
    "origin-agent-cluster",
  ];
  for (const name of unwanted) assert.equal(headers[name], undefined, name);
});

test("error pages and redirects carry the same policy", async (t) => {
  const web = await startWeb(t);
  for (const path of ["/nowhere", "/r/Foo", "/r/%zz", "/static/nothing"]) {
    assert.match(
      String((await web.ask(path)).headers["content-security-policy"]),
      /default-src 'none'/,
      path,
    );
  }
});

test("a Host that is none adds nothing to the policy", async (t) => {
  const web = await startWeb(t);
  for (const host of ["a;script-src *", "a b", "a,b/", "a'b", "a/b", "*", "a".repeat(300), "[::1"]) {
    const { status, headers } = await web.ask("/", { headers: { Host: host } });
    assert.equal(status, 200);
    const policy = directives(headers["content-security-policy"]);
    const allowed = policy.get("connect-src")?.trim();
    assert.ok(allowed === "'self'" || allowed === "'self' ws://a wss://a", `${host}: ${String(allowed)}`);
    assert.equal(policy.get("script-src"), "'self'");
  }
});

test("X-Forwarded-Host counts only behind a proxy that is believed", async (t) => {
  const headers = { Host: "inside:9876", "X-Forwarded-Host": "chat.example.com" };
  const connectSrc = async (hops: string): Promise<string> => {
    const web = await startWeb(t, { env: { TRUST_PROXY: hops } });
    const answer = await web.ask("/", { headers });
    return directives(answer.headers["content-security-policy"]).get("connect-src") ?? "";
  };
  assert.equal(await connectSrc("0"), "'self' ws://inside:9876 wss://inside:9876");
  assert.equal(await connectSrc("1"), "'self' ws://chat.example.com wss://chat.example.com");
});

test("I9 with ALLOWED_ORIGINS no other host name reaches a room, so that no rebound name can read it", async (t) => {
  const web = await startWeb(t, { env: { ALLOWED_ORIGINS: "https://chat.example.com,http://lan:80,null" } });
  for (const host of ["chat.example.com", "chat.example.com:443", "CHAT.example.com:80", "lan"]) {
    assert.equal((await web.ask("/r/x/events", { headers: { Host: host } })).status, 200, host);
  }
  for (const host of [
    "evil.example",
    "chat.example.com:9876",
    "chat.example.com.evil.example",
    "127.0.0.1",
  ]) {
    const { status, body } = await web.ask("/r/x/events", { headers: { Host: host } });
    assert.equal(status, 421, host);
    assert.ok(body.includes("chat.example.com") && body.includes(host), body);
  }
  assert.equal((await web.ask("/health", { headers: { Host: "10.0.0.7" } })).status, 200);
});

test("the sites that may open a socket may show a room in a frame, and no header says otherwise", async (t) => {
  const framing = async (env: Readonly<Record<string, string>>) => {
    const web = await startWeb(t, { env });
    const { headers } = await web.ask("/", { headers: { Host: "chat.example.com" } });
    const sources = directives(headers["content-security-policy"]).get("frame-ancestors");
    return [sources, headers["x-frame-options"]];
  };
  assert.deepEqual(await framing({}), ["'self'", "SAMEORIGIN"]);
  assert.deepEqual(await framing({ ALLOWED_ORIGINS: "null" }), ["'self'", "SAMEORIGIN"]);
  const listed = { ALLOWED_ORIGINS: "https://chat.example.com,http://intranet:8080,null" };
  assert.deepEqual(await framing(listed), [
    "'self' https://chat.example.com http://intranet:8080",
    undefined,
  ]);
});

test("with ALLOWED_ORIGINS of only null any host name is as good as another", async (t) => {
  const web = await startWeb(t, { env: { ALLOWED_ORIGINS: "null" } });
  assert.equal((await web.ask("/", { headers: { Host: "chat.example.com" } })).status, 200);
});
