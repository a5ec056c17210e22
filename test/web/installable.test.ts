import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, startWeb } from "../support/web-server.ts";

interface AppDescription {
  readonly name: string;
  readonly start_url: string;
  readonly scope: string;
  readonly display: string;
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose: string }[];
}

/** As PNG's first chunk has it. */
function sizeOf(png: Buffer): string {
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

test("every room's page names what makes it an app, all of it by relative addresses", async (t) => {
  const web = await startWeb(t, { env: { PUBLIC_NAME: "Büro" } });
  assert.ok((await web.ask("/r/standup")).body.includes('<link rel="manifest" href="../app.webmanifest"'));
  const { headers, body } = await web.ask("/app.webmanifest");
  assert.match(headers["content-type"] ?? "", /^application\/manifest\+json/);
  assert.equal(headers["cache-control"], "no-cache");
  const app = JSON.parse(body) as AppDescription;
  assert.deepEqual([app.name, app.start_url, app.scope, app.display], ["Büro", "./", "./", "standalone"]);
  assert.deepEqual(
    app.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`),
    ["192x192 any", "512x512 any", "512x512 maskable"],
  );
  for (const { src, sizes } of app.icons) assert.equal(sizeOf(readFileSync(join(root, src))), sizes, src);
});

test("the service worker lies at the root, and is asked for anew each time", async (t) => {
  const web = await startWeb(t);
  const { status, headers, body } = await web.ask("/service-worker.js");
  assert.deepEqual([status, body], [200, "// the present worker"]);
  assert.equal(headers["cache-control"], "no-cache");
  assert.match(headers["content-type"] ?? "", /javascript/);
  const again = await web.ask("/service-worker.js", { headers: { "If-None-Match": headers.etag ?? "" } });
  assert.equal(again.status, 304);
});

test("the page that is opened without a server is of no room, at both depths", async (t) => {
  const web = await startWeb(t);
  for (const [path, base] of [
    ["/_offline", ""],
    ["/r/_offline", "../"],
  ] as const) {
    const { status, body } = await web.ask(path);
    assert.equal(status, 200);
    assert.ok(body.includes(`data-room="" data-base="${base}"`) && !body.includes("noscript"), path);
    assert.ok(body.includes(`src="${base}static/app/page-AAAA2222.js"`), path);
  }
});
