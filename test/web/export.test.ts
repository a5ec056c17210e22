import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { Act, MessageLog } from "../../src/message-log/message-log.ts";
import type { ChatEvent } from "../../src/protocol/events.ts";
import { keep, message, startWeb, uidOf, withAnswers } from "../support/web-server.ts";

function react(target: number, name: string, emoji: string, room = "standup"): Act {
  return { type: "react", room, uid: uidOf(name), ref: randomUUID(), target, name, emoji, on: true };
}

async function keepAConversation(log: MessageLog): Promise<void> {
  const first = await keep(log, message("standup", "Shall we?\nAt *ten*?"));
  await keep(log, { ...message("standup", "Yes", "Ben"), reply_to: first });
  const slip = await keep(log, message("standup", "a secret"));
  const edited = await keep(log, message("standup", "teh end"));
  const base = { room: "standup", uid: uidOf("Ana") };
  await keep(log, { ...base, type: "edit", ref: randomUUID(), target: edited, msg: "the end" });
  await keep(log, { ...base, type: "delete", ref: randomUUID(), target: slip });
  await keep(log, react(first, "Ben", "👍"));
  await keep(log, react(first, "Cleo", "👍"));
  await keep(log, react(first, "Cleo", "🎉"));
  await keep(log, message("elsewhere", "not ours"));
}

test("a room exports as Markdown that reads well, with what is left of every message", async (t) => {
  const web = await startWeb(t);
  await keepAConversation(web.log);
  const { status, headers, body } = await web.ask("/r/Standup/export");
  assert.equal(status, 200);
  assert.match(headers["content-type"] ?? "", /^text\/markdown; charset=utf-8/);
  assert.equal(headers["content-disposition"], "attachment; filename=standup.md");
  const timeless = body
    .replace(/^## \w+day,? \d+ \w+ \d{4}$/gm, "## DAY")
    .replace(/ · \d\d:\d\d · /g, " · TIME · ");
  assert.equal(
    timeless,
    `# standup

Times are UTC.

## DAY

**Ana** · TIME · #1

> Shall we?\x20\x20
> At \\*ten\\*?

👍 Ben, Cleo · 🎉 Cleo

**Ben** · TIME · #2 · in reply to #1

> Yes

**Ana** · TIME · #3

*deleted*

**Ana** · TIME · #4 · edited

> the end
`,
  );
});

test("a room exports as JSON in the words of the protocol", async (t) => {
  const web = await startWeb(t);
  await keepAConversation(web.log);
  const { headers, body } = await web.ask("/r/standup/export?format=json");
  assert.match(headers["content-type"] ?? "", /^application\/json/);
  assert.equal(headers["content-disposition"], "attachment; filename=standup.json");
  const { room, messages } = JSON.parse(body) as { room: string; messages: Record<string, unknown>[] };
  assert.equal(room, "standup");
  const [ana, ben] = ["Ana", "Ben"].map((name) => ({ id: 1, uid: uidOf(name), name }));
  const by = (...names: string[]) => names.map((name) => ({ uid: uidOf(name), name }));
  const reactions = [
    { emoji: "👍", by: by("Ben", "Cleo") },
    { emoji: "🎉", by: by("Cleo") },
  ];
  assert.deepEqual(
    messages.map(({ at, ...rest }) => (assert.ok(Number.isSafeInteger(at)), rest)),
    [
      { seq: 1, ...ana, msg: "Shall we?\nAt *ten*?", reactions },
      { seq: 2, ...ben, msg: "Yes", reply_to: 1 },
      { seq: 3, ...ana, msg: "", deleted: true },
      { seq: 4, ...ana, msg: "the end", edited: true },
    ],
  );
});

test("an empty room exports as a whole document", async (t) => {
  const web = await startWeb(t);
  assert.equal((await web.ask("/r/nobody/export")).body, "# nobody\n\nTimes are UTC.\n");
  const json = await web.ask("/r/nobody/export?format=json");
  assert.deepEqual(JSON.parse(json.body), { room: "nobody", messages: [] });
});

test("a room of any script gives its file its name", async (t) => {
  const web = await startWeb(t);
  const { headers } = await web.ask("/r/%E5%A4%A9%E6%B0%97/export");
  assert.match(headers["content-disposition"] ?? "", /filename\*=UTF-8''%E5%A4%A9%E6%B0%97\.md/);
});

/** Pages without end, each a message of 64 KiB, and how many were read. */
function endless(): {
  readonly pages: () => AsyncIterable<readonly ChatEvent[]>;
  read: number;
  isClosed: boolean;
} {
  const told = { pages, read: 0, isClosed: false };
  async function* pages(): AsyncGenerator<readonly ChatEvent[]> {
    try {
      for (;;) {
        told.read += 1;
        const base = { id: 1, uid: uidOf("Ana"), name: "Ana", at: 0, ref: "r" };
        yield await Promise.resolve([{ type: "msg", seq: told.read, msg: "x".repeat(65_536), ...base }]);
      }
    } finally {
      told.isClosed = true;
    }
  }
  return told;
}

test("I6 a client that stops reading stops the export, and one that leaves ends it", async (t) => {
  const source = endless();
  const isOpen = (): boolean => !source.isClosed;
  const web = await startWeb(t, { wrapLog: (log) => withAnswers(log, { exportPages: source.pages }) });
  const socket = connect(web.port, "127.0.0.1");
  socket.write("GET /r/big/export HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(socket, "readable");
  const enough = 2000;
  let before = -1;
  // What the kernel takes by itself is bounded, so a count that two requests later stays the same has stopped.
  while (before !== source.read && source.read < enough) {
    before = source.read;
    for (let round = 0; round < 20; round += 1) await web.ask("/health");
  }
  assert.ok(source.read < enough, `${source.read} pages of 64 KiB were read for a client that took none`);
  assert.ok(isOpen());
  socket.destroy();
  while (isOpen()) await web.ask("/health");
  assert.deepEqual(web.lines, [], "a client that leaves is nothing for the operator");
});

test("an export that fails on the way is cut off, so that it never looks whole", async (t) => {
  async function* exportPages(): AsyncGenerator<readonly ChatEvent[]> {
    const base = { id: 1, uid: uidOf("Ana"), name: "Ana", at: 0, ref: "r" };
    yield await Promise.resolve([{ type: "msg", seq: 1, msg: "kept", ...base }]);
    throw new Error("disk I/O error");
  }
  const web = await startWeb(t, { wrapLog: (log) => withAnswers(log, { exportPages }) });
  await assert.rejects(web.ask("/r/big/export?format=json"), /aborted|hang up/);
  assert.equal(web.lines.length, 1);
  assert.match(web.lines[0] ?? "", /disk I\/O error/);
});

test("an export that cannot begin is a plain 500, not a download", async (t) => {
  const exportPages = (): never => {
    throw new Error("disk I/O error");
  };
  const web = await startWeb(t, { wrapLog: (log) => withAnswers(log, { exportPages }) });
  const { status, headers, body } = await web.ask("/r/big/export");
  assert.deepEqual([status, headers["content-disposition"]], [500, undefined]);
  assert.match(body, /"internal"/);
});
