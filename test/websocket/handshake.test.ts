/** What is refused before the handshake: each with an HTTP status and a reason that a person can read. */
import assert from "node:assert/strict";
import { connect as connectTcp } from "node:net";
import { test } from "node:test";
import { connectPlain } from "../support/client.ts";
import { startServer, type TestServer } from "../support/server.ts";

const upgrade = {
  Host: "chat.example",
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** Sends a request as it is, and reads the answer up to its end or, for an upgrade, its head. */
async function ask(server: TestServer, line: string, headers: Record<string, string>): Promise<string> {
  const socket = connectTcp(Number(new URL(server.url).port), "127.0.0.1");
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${line}\r\n${lines.join("")}\r\n`);
  let answer = "";
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.startsWith("HTTP/1.1 101") && answer.includes("\r\n\r\n")) break;
  }
  socket.destroy();
  return answer;
}

test("a proper request is upgraded, and no subprotocol is named that was not asked for", async (t) => {
  const server = await startServer(t);
  const answer = await ask(server, "GET / HTTP/1.1", upgrade);
  assert.match(answer, /^HTTP\/1\.1 101 /);
  assert.match(answer, /Sec-WebSocket-Accept: ICX\+Yqv66kxgM0FcWaLWlFLwTAI=/);
  assert.doesNotMatch(answer, /Sec-WebSocket-Protocol|Sec-WebSocket-Extensions/);
});

test("confab.v1 is agreed on among what a client offers", async (t) => {
  const server = await startServer(t);
  const headers = { ...upgrade, "Sec-WebSocket-Protocol": "soap, confab.v1" };
  assert.match(await ask(server, "GET /r/a?x=1 HTTP/1.1", headers), /Sec-WebSocket-Protocol: confab\.v1\r\n/);
});

test("compression is not agreed on, whoever offers it: a bomb is never unpacked", async (t) => {
  const server = await startServer(t);
  const offer = "permessage-deflate; client_max_window_bits, permessage-deflate";
  const answer = await ask(server, "GET / HTTP/1.1", { ...upgrade, "Sec-WebSocket-Extensions": offer });
  assert.match(answer, /^HTTP\/1\.1 101 /);
  assert.doesNotMatch(answer, /Sec-WebSocket-Extensions/i);
});

test("who asks for another version is told ours", async (t) => {
  const server = await startServer(t);
  const answer = await ask(server, "GET / HTTP/1.1", { ...upgrade, "Sec-WebSocket-Version": "8" });
  assert.match(answer, /^HTTP\/1\.1 426 [^]*\r\nSec-WebSocket-Version: 13\r\n/);
});

for (const [what, line, change, status, reason] of [
  ["another version", "GET / HTTP/1.1", { "Sec-WebSocket-Version": "12" }, 426, /version 13/],
  ["a body", "GET / HTTP/1.1", { "Content-Length": "5" }, 400, /no body/],
  ["a body in chunks", "GET / HTTP/1.1", { "Transfer-Encoding": "chunked" }, 400, /no body/],
  ["no version", "GET / HTTP/1.1", { "Sec-WebSocket-Version": "" }, 426, /version 13/],
  ["a short key", "GET / HTTP/1.1", { "Sec-WebSocket-Key": "AAAA" }, 400, /Sec-WebSocket-Key/],
  [
    "a key and more",
    "GET / HTTP/1.1",
    { "Sec-WebSocket-Key": `${upgrade["Sec-WebSocket-Key"]}A` },
    400,
    /Key/,
  ],
  ["a POST", "POST / HTTP/1.1", {}, 405, /GET/],
  ["HTTP/1.0", "GET / HTTP/1.0", {}, 400, /HTTP\/1\.1/],
  ["a bad room name", "GET /r/%20 HTTP/1.1", {}, 404, /room/],
  ["a broken encoding", "GET /r/%E0%A4%A HTTP/1.1", {}, 404, /room/],
  ["a path of no room", "GET /admin HTTP/1.1", {}, 404, /room/],
  ["a path that climbs", "GET /r/../health HTTP/1.1", {}, 404, /room/],
  ["a foreign origin (I9)", "GET / HTTP/1.1", { Origin: "https://evil.example" }, 403, /evil\.example/],
] as const) {
  test(`${what} is refused with ${status}`, async (t) => {
    const server = await startServer(t);
    const answer = await ask(server, line, { ...upgrade, ...change });
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(body, reason);
    assert.equal(body.trim().split("\n").length, 1);
  });
}

test("a refusal is a whole answer in plain text that nobody keeps, and the end of its connection", async (t) => {
  const server = await startServer(t);
  const answer = await ask(server, "POST / HTTP/1.1", upgrade);
  const lines = [
    "HTTP/1.1 405 Method Not Allowed",
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Length: 17",
    "Cache-Control: no-store",
    "Allow: GET",
  ];
  assert.equal(answer, `${lines.join("\r\n")}\r\n\r\nupgrade with GET\n`);
});

test("an HTTP/1.1 upgrade without Host is refused", async (t) => {
  const server = await startServer(t);
  const { Host, ...others } = upgrade;
  assert.match(await ask(server, "GET / HTTP/1.1", others), /^HTTP\/1\.1 400 /, Host);
});

test("an upgrade without Host is refused too where the proxy tells another", async (t) => {
  const server = await startServer(t, { TRUST_PROXY: "1" });
  const { Host, ...others } = upgrade;
  const answer = await ask(server, "GET / HTTP/1.1", { ...others, "X-Forwarded-Host": Host });
  assert.match(answer, /^HTTP\/1\.1 400 /);
});

test("an upgrade with two Host headers is refused, since a proxy may have taken the other one", async (t) => {
  const server = await startServer(t);
  const answer = await ask(server, "GET / HTTP/1.1\r\nHost: evil.example", upgrade);
  assert.match(answer, /^HTTP\/1\.1 400 /);
});

test("a request to upgrade to something else gets the page", async (t) => {
  const server = await startServer(t);
  const headers = { Host: "chat.example", Connection: "Upgrade, close", Upgrade: "h2c" };
  assert.match(await ask(server, "GET / HTTP/1.1", headers), /^HTTP\/1\.1 200 /);
});

test("connections over MAX_CONNECTIONS are refused with 503 and Retry-After, until one leaves", async (t) => {
  const server = await startServer(t, { MAX_CONNECTIONS: "2" });
  const first = await connectPlain(server.socket());
  await connectPlain(server.socket());
  const refused = await ask(server, "GET / HTTP/1.1", upgrade);
  assert.match(refused, /^HTTP\/1\.1 503 /);
  assert.match(refused, /Retry-After: \d/);
  await first.close();
  assert.match(await ask(server, "GET / HTTP/1.1", upgrade), /^HTTP\/1\.1 101 /);
});

test("connections over MAX_CONNECTIONS_PER_IP are refused with 429, and another address is not", async (t) => {
  const server = await startServer(t, { MAX_CONNECTIONS_PER_IP: "1", TRUST_PROXY: "1" });
  const from = (address: string): Record<string, string> => ({ ...upgrade, "X-Forwarded-For": address });
  await connectPlain(server.socket(), { headers: { "X-Forwarded-For": "192.0.2.1" } });
  assert.match(await ask(server, "GET / HTTP/1.1", from("192.0.2.1")), /^HTTP\/1\.1 429 /);
  assert.match(await ask(server, "GET / HTTP/1.1", from("192.0.2.2")), /^HTTP\/1\.1 101 /);
});
