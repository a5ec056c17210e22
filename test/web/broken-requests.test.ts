/** Bytes that are no request, and what is said to them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { refuseBroken } from "../../src/web/broken-requests.ts";
import { answerFairly } from "../../src/web/fair-requests.ts";

async function ask(
  t: TestContext,
  bytes: string,
  answer: RequestListener = (_request, response) => response.end("answered"),
): Promise<Socket> {
  const impatient = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
  const server = createServer(impatient).listen(0, "127.0.0.1");
  refuseBroken(server, answerFairly(server, answer));
  t.after(() => server.close());
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => socket.destroy()).write(bytes);
  return socket;
}

const head = "POST / HTTP/1.1\r\nHost: h\r\n";
for (const [what, bytes, status] of [
  ["a TLS handshake", "\x16\x03\x01\x02\x00", "400 Bad Request"],
  ["a header of 20 KB", `${head}X: ${"x".repeat(20_000)}\r\n\r\n`, "431 Request Header Fields Too Large"],
  ["a header that never ends", `${head}X`, "408 Request Timeout"],
] as const) {
  test(`${what} is told "${status}", and its connection is closed`, async (t) => {
    const told = await text(await ask(t, bytes));
    assert.equal(told, `HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  });
}

test("a chunk with endless extensions is told so, though its request was read", async (t) => {
  const chunk = `Transfer-Encoding: chunked\r\n\r\n1;${"x".repeat(20_000)}\r\n`;
  const told = await text(await ask(t, head + chunk, () => undefined));
  assert.match(told, /^HTTP\/1\.1 413 /);
});

test("behind an answer that is whole garbage is refused, in the midst of one nothing is said", async (t) => {
  const whole = await ask(t, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  await once(whole, "data");
  whole.write("\x16\x03");
  assert.match(await text(whole), /HTTP\/1\.1 400 /);

  const begun = await ask(t, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", (_request, response) => {
    response.write("begun");
  });
  const [beginning] = (await once(begun, "data")) as [Buffer];
  begun.write("\x16\x03");
  assert.match(String(beginning), /^HTTP\/1\.1 200 /);
  assert.doesNotMatch(await text(begun).catch(() => ""), /HTTP\/1\.1/);
});
