import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { readPageAssets } from "../../src/web/page-assets.ts";
import { startWeb } from "../support/web-server.ts";

test("a hashed name is kept by browsers for good", async (t) => {
  const web = await startWeb(t);
  for (const [name, type] of [
    ["page-AAAA2222.js", /javascript/],
    ["page-BBBB3333.css", /^text\/css/],
    ["page-AAAA2222.js.map", /json/],
  ] as const) {
    const { status, headers } = await web.ask(`/static/app/${name}`);
    assert.deepEqual([status, headers["cache-control"]], [200, "public, max-age=31536000, immutable"], name);
    assert.match(headers["content-type"] ?? "", type, name);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});

test("another build's hash gives the present file, not to be kept", async (t) => {
  const web = await startWeb(t);
  const present = await web.ask("/static/app/page-AAAA2222.js");
  const other = await web.ask("/static/app/page-ZZZZ7777.js");
  assert.deepEqual([other.status, other.headers["cache-control"]], [200, "no-store"]);
  assert.equal(other.body, present.body);
});

test("other files are kept for an hour and then asked for again", async (t) => {
  const web = await startWeb(t);
  const { status, headers } = await web.ask("/static/favicon.svg");
  assert.deepEqual([status, headers["cache-control"]], [200, "public, max-age=3600"]);
  const again = await web.ask("/static/favicon.svg", { headers: { "If-None-Match": headers.etag ?? "" } });
  assert.equal(again.status, 304);
});

test("a file that is not the one If-Match names is told as that, and to nobody as a failure", async (t) => {
  const web = await startWeb(t);
  for (const path of ["/static/favicon.svg", "/static/app/page-AAAA2222.js"]) {
    const { status, body } = await web.ask(path, {
      headers: { "If-Match": '"another"', Accept: "application/json" },
    });
    assert.equal(status, 412, path);
    assert.match(body, /"precondition_failed"/);
  }
  assert.deepEqual(
    web.lines.filter((line) => line.includes("http_failed")),
    [],
  );
});

test("nothing else of the disk is sent", async (t) => {
  const web = await startWeb(t);
  for (const path of [
    "/static",
    "/static/",
    "/static/app",
    "/static/app/",
    "/static/app/manifest.json",
    "/static/.hidden",
    "/static/%2ehidden",
    "/static/../outside",
    "/static/..%2foutside",
    "/static/%2e%2e/outside",
    "/static/..%5coutside",
    "/static/app/../../outside",
    "/static/app/..%2f..%2foutside",
    "/static/%00",
    "/static/app/%zz",
    "/static//etc/passwd",
    "/static/app/page-AAAA2222.js/",
    "/static/app/toString-AAAA2222.js",
    "/static/app/page-AAAA2222.exe",
    "/static/favicon.svg/",
    "/STATIC/favicon.svg",
  ]) {
    // prettier-ignore
    const { status, headers, body } = await web.ask(path);
    assert.deepEqual([status, headers.location], [404, undefined], path);
    assert.ok(!body.includes("a secret"), path);
  }
});

test("scripts, pages and JSON are compressed for those who take it", async (t) => {
  const web = await startWeb(t);
  const plain = await web.ask("/static/app/page-AAAA2222.js");
  assert.equal(plain.headers["content-encoding"], undefined);
  for (const [encoding, unpack] of [
    ["gzip", gunzipSync],
    ["br", brotliDecompressSync],
  ] as const) {
    const { headers, bytes } = await web.ask("/static/app/page-AAAA2222.js", {
      headers: { "Accept-Encoding": encoding },
    });
    assert.equal(headers["content-encoding"], encoding);
    assert.match(headers.vary ?? "", /accept-encoding/i);
    assert.equal(unpack(bytes).toString(), plain.body);
  }
});

test("without a build the app does not start, and says how to make one", async (t) => {
  const { staticDir } = await startWeb(t);
  rmSync(join(staticDir, "app", "manifest.json"));
  assert.throws(() => readPageAssets(staticDir), /npm run build/);
});
