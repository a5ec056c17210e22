/** Requests that come by the hundred: in which order they are answered, and what need not wait. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { createHttpServer } from "../../src/http-server.ts";

async function serve(t: TestContext, answer: RequestListener): Promise<(request: string) => Promise<string>> {
  const server = createHttpServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (request) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(request);
    return text(socket);
  };
}

const get = (path: string, connection = "close"): string =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: ${connection}\r\n\r\n`;

test("a balancer's question is answered before most of the pages that many ask for at once", async (t) => {
  const answered: string[] = [];
  const ask = await serve(t, ({ url = "" }, response) => {
    answered.push(url);
    // A page's work.
    for (const untilMs = performance.now() + 3; performance.now() < untilMs;);
    response.end("ok");
  });
  const pages = Array.from({ length: 60 }, (_, at) => ask(get(`/r/${at}`)));
  const health = ask(get("/chat/health"));
  await Promise.all([...pages, health]);
  const place = answered.indexOf("/chat/health");
  assert(place >= 0 && place < 30, `behind ${place} pages`);
});

test("requests of one connection are answered in order, also where one needs no turn", async (t) => {
  const ask = await serve(t, ({ url = "" }, response) => void setImmediate(() => response.end(`<${url}>`)));
  const paths = ["/r/0", "/health", "/r/a", "/health", `/r/${"b".repeat(600)}`, "/health/live"];
  const answers = await ask(paths.map((path) => get(path, "keep-alive")).join("") + get("/r/last"));
  assert.deepEqual(
    [...answers.matchAll(/<(.*?)>/g)].map(([, path]) => path),
    [...paths, "/r/last"],
  );
});
