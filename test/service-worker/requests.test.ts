import assert from "node:assert/strict";
import { test } from "node:test";
import { wantedBy } from "../../src/service-worker/requests.ts";

const scope = "https://host.example/chat/";

function kindOf(url: string, mode = "no-cors", method = "GET"): string {
  const wanted = wantedBy({ url, mode, method }, scope);
  return wanted.kind === "room" ? wanted.shell : wanted.kind;
}

test("a room that is opened is wanted, at the root and below, under any path the chat is at", () => {
  for (const [address, shell] of [
    ["", "_offline"],
    ["?embed", "_offline"],
    ["r/standup", "r/_offline"],
    ["r/Standup?embed#m5", "r/_offline"],
    ["r/%E6%97%A5%E6%9C%AC", "r/_offline"],
    ["r/standup/", "other"],
    ["r/no%20room", "other"],
    ["r/%zz", "other"],
    ["r/standup/export?format=md", "other"],
    ["health", "other"],
  ] as const) {
    assert.equal(kindOf(scope + address, "navigate"), shell, address);
  }
});

test("of files only built ones are wanted, under the whole name", () => {
  for (const name of ["page-AAAA2222.js", "page-BBBB3333.css", "share-dialog-CCCC4444.js"]) {
    assert.equal(kindOf(`${scope}static/app/${name}`), "built file");
  }
  for (const path of [
    "static/app/page.js",
    "static/app/manifest.json",
    "static/favicon.svg",
    "page-AAAA2222.js",
  ]) {
    assert.equal(kindOf(scope + path), "other", path);
  }
});

test("nothing else is: no other origin or neighbour, nothing of the API, nothing that changes something", () => {
  for (const url of [
    "https://other.example/chat/static/app/page-AAAA2222.js",
    "https://host.example/static/app/page-AAAA2222.js",
    "https://host.example.evil/chat/",
    `${scope}r/standup/events?before=5&limit=50`,
    `${scope}service-worker.js`,
  ]) {
    assert.equal(kindOf(url), "other", url);
  }
  assert.equal(kindOf(`${scope}r/standup`, "navigate", "POST"), "other");
});
