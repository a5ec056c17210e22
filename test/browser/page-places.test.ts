import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectTcp, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, overflowing, say, shows, suitsEverybody } from "./room-page.ts";

/** A proxy that serves the chat under `/chat/`, as one among other things. */
async function proxyUnderChat(t: TestContext, target: URL): Promise<string> {
  const { hostname, port } = target;
  const inside = (path = "") => path.replace(/^\/chat/, "");
  const proxy = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    if (!incoming.url?.startsWith("/chat/")) {
      response.writeHead(404).end();
      return;
    }
    const { method, headers } = incoming;
    const onward = request({ hostname, port, method, headers, path: inside(incoming.url) }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  proxy.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const onward = connectTcp(Number(port), hostname);
    const headers = incoming.rawHeaders.reduce(
      (text, word, at) => text + word + (at % 2 ? "\r\n" : ": "),
      "",
    );
    onward.write(`GET ${inside(incoming.url)} HTTP/1.1\r\n${headers}\r\n`);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
    for (const end of [onward, socket]) end.on("error", () => end.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/chat`;
}

test("everything works under a sub-path, with no configuration", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const root = await proxyUnderChat(t, new URL(server.url));
  const visitor = await browser.visitor();
  for (const path of ["/", "/r/日本"]) {
    const page = await visitor.open(root + path);
    await isWelcomed(page);
    await say(page, "hello");
    await shows(page, ["hello"]);
    await page.reload();
    await shows(page, ["hello"]);
  }
  assert.deepEqual(visitor.problems, []);
  const lost = await visitor.open(`${root}/r/no%20room`);
  await lost.getByRole("link", { name: "Go to the lobby" }).click();
  await isWelcomed(lost);
  assert.equal(lost.url(), `${root}/`);
});

test("everything works on plain http in a LAN; what needs a secure context is not offered there", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor();
  const page = await visitor.open(`${server.url.replace("127.0.0.1", "lan.test")}/r/standup`);
  await isWelcomed(page);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await say(page, "hello");
  await shows(page, ["hello"]);
  assert.equal(await page.getByRole("button", { name: "Copy link" }).count(), 0);
  assert.deepEqual(visitor.problems, []);
});

test("the link is copied, and the button says so", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await visitor.open(`${server.url}/r/standup?from=mail#now`);
  await isWelcomed(page);
  await page.getByRole("banner").getByRole("button", { name: "Copy link" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${server.url}/r/standup`);
});

test("the room suits everybody: empty, while one changes one's name, and without its server", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await suitsEverybody(page, "the empty room");
  await say(page, "see https://a.example");
  await shows(page, ["see https://a.example"]);
  await page.getByRole("button", { name: "Change your name" }).click();
  await page.locator(".name-in").waitFor();
  await suitsEverybody(page, "the room, with the name being changed");
  await page.keyboard.press("Escape");
  await server.stop();
  await page.getByText("Reconnecting…").waitFor();
  await say(page, "queued");
  await page.locator(".is-pending").waitFor();
  await suitsEverybody(page, "the room without its server");
});

test("by touch one's name is changed in a field for a finger, and nothing moves for it", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const phone = { hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } };
  const page = await (await browser.visitor(phone)).open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.fill("textarea", "hello");
  await page.getByRole("button", { name: "Send" }).tap();
  const places = () =>
    page.evaluate(() =>
      [".log", ".row", ".dock"].map((each) =>
        JSON.stringify(document.querySelector(each)?.getBoundingClientRect()),
      ),
    );
  await page.locator(".row:not(.is-pending)").waitFor();
  const change = page.getByRole("button", { name: "Change your name" });
  const field = page.getByLabel("Your name, for all rooms");
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  const atTwice = await places();
  await change.tap();
  await field.waitFor();
  assert.deepEqual(await places(), atTwice, "with text twice as large");
  await page.locator(".naming .close").tap();
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
  const before = await places();
  await change.tap();
  for (const part of [field, page.getByRole("button", { name: "Save" }), page.locator(".naming .close")]) {
    const { width = 0, height = 0 } = (await part.boundingBox()) ?? {};
    assert.ok(width >= 44 && height >= 44, `${width} by ${height}`);
  }
  assert.ok((await field.evaluate((input) => parseFloat(getComputedStyle(input).fontSize))) >= 16);
  await field.fill("ana");
  await page.getByRole("button", { name: "Save" }).tap();
  await page.getByText("Taken here").waitFor();
  assert.deepEqual(await places(), before);
  await suitsEverybody(page, "by touch, a name that is taken");
  await field.fill("Bo");
  await page.getByRole("button", { name: "Save" }).tap();
  await page.locator(".who b", { hasText: "Bo" }).waitFor();
  assert.deepEqual(await places(), before);
});

test("a page that is not a room suits everybody", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  await suitsEverybody(await (await browser.visitor()).open(`${server.url}/nothing`), "not found");
});

const widths = [320, 390, 820, 1440];

test(`nothing sticks out of a window ${widths.join(", ")} px wide`, async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const room = "a-room-with-quite-a-long-name-to-show-in-the-header";
  const page = await (await browser.visitor()).open(`${server.url}/r/${room}`);
  await isWelcomed(page);
  const fits = async (state: string) => {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 640 });
      assert.deepEqual(await overflowing(page), [], `${state}, ${width} px`);
    }
  };
  await fits("the empty room");
  await say(
    page,
    `${"long".repeat(60)} https://a.example/${"b".repeat(200)}\n${"and a sentence ".repeat(20)}`,
  );
  await page.locator(".row:not(.is-pending)").waitFor();
  await fits("the room");
  await page.getByRole("button", { name: "Change your name" }).click();
  await page.getByLabel("Your name, for all rooms").fill("W".repeat(33));
  await page.keyboard.press("Enter");
  await page.locator(".name-in[aria-invalid=true]").waitFor();
  await fits("the name, refused");
  await page.getByLabel("Your name, for all rooms").fill("W".repeat(32));
  await page.keyboard.press("Enter");
  await page.locator(".who b", { hasText: "WWWW" }).waitFor();
  await page.fill("textarea", "x".repeat(3_950));
  await fits("a long name and the counter");
  await server.stop();
  await page.getByText("Reconnecting…").waitFor();
  await fits("reconnecting");
  await page.fill("textarea", "x".repeat(4_010));
  await page.locator(".counter.is-bad").waitFor();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 640 });
    assert.deepEqual(await overflowing(page), [], `reconnecting, with too much written, ${width} px`);
    assert.equal(await page.locator(".under").evaluate((line) => line.clientHeight), 24);
  }
});
