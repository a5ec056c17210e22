/** A room in another site's page: where ALLOWED_ORIGINS names that site it works as ever, elsewhere there is nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { TestBrowser } from "../support/browser.ts";
import { connect } from "../support/client.ts";
import { freePort } from "../support/free-port.ts";
import { startServer } from "../support/server.ts";

/** A site of one page that shows a room. */
async function siteWith(t: TestContext, room: string): Promise<number> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(
      `<!doctype html><title>Intranet</title><iframe src="${room}" width="400" height="600"></iframe>`,
    );
  });
  server.listen(0);
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test("I9 a room in a frame of an allowed site talks like any other, and any other site gets no frame", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const port = await freePort();
  const chat = `http://localhost:${port}`;
  const sitePort = await siteWith(t, `${chat}/r/standup`);
  const server = await startServer(t, {
    PORT: String(port),
    ALLOWED_ORIGINS: `${chat},http://127.0.0.1:${sitePort}`,
  });
  const visitor = await browser.visitor();

  const intranet = await visitor.open(`http://127.0.0.1:${sitePort}`);
  const frame = intranet.frameLocator("iframe");
  await frame.locator("textarea").fill("from within");
  await frame.locator("textarea").press("Enter");
  const ana = await connect(server.socket("standup").replace("127.0.0.1", "localhost"), { since: 0 });
  await ana.until("msg", ({ msg }) => msg === "from within");
  assert.deepEqual(visitor.problems, []);

  const stranger = await browser.visitor();
  const page = await stranger.open("about:blank");
  const refused = page.waitForEvent("console", (line) => line.text().includes("frame-ancestors"));
  await page.goto(`http://lan.test:${sitePort}`);
  await refused;
  assert.equal(await page.frameLocator("iframe").locator("textarea").count(), 0);
});
