/** What counts is decided alike by all nodes of one version of the rules, which is told by a number. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { rulesVersion } from "../../src/message-log/act-store.ts";
import { LogFile } from "../../src/message-log/log-file.ts";
import { encodeRecord } from "../../src/message-log/log-record.ts";
import type { LogRecord } from "../../src/message-log/log-record.ts";
import type { Act } from "../../src/message-log/message-log.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "./opened-log.ts";

const random = seededRandom(20_260_101);
const upTo = (count: number): number => Math.floor(random() * count);

/** Much of what is asked for may not be had: it names what is gone, another's, or nothing, or was asked for before. */
function anyAct(place: number): Act {
  const number = upTo(400);
  const common = { room: ["lobby", "hall"][upTo(2)] ?? "", uid: `u${upTo(2)}`, ref: `r${number}` };
  const target = 55 + upTo(Math.min(place, 100));
  switch (upTo(10)) {
    case 0:
    case 1:
      return { ...common, type: "edit", target, msg: `edit ${place % 7}` };
    case 2:
      return { ...common, type: "delete", target };
    case 3:
    case 4:
      return { ...common, type: "react", target, name: "Name", emoji: `e${upTo(3)}`, on: upTo(3) > 0 };
    default: {
      const said = { ...common, type: "msg", msg: `text ${number}`, id: place, name: "Name" } as const;
      return upTo(3) > 0 ? said : { ...said, reply_to: 55 };
    }
  }
}

/** A chat that goes on from a file, and in it something of everything that a rule is about. */
function* records(): Generator<LogRecord> {
  const common = { room: "lobby", uid: "u0", name: "Name" };
  const first: Act = { ...common, type: "msg", ref: "first", msg: "the first", id: 1 };
  const second: Act = { ...first, ref: "second" };
  yield { type: "base", seq: 50, epochs: [["before", 40]], fingerprint: "of a secret" };
  yield { type: "imported", seq: 7, act: first, at: 1 };
  yield { type: "imported", seq: 8, act: second, at: 2 };
  yield { type: "epoch", epoch: "one", through: 50 };
  for (let place = 5; place < 900; place += 1) {
    if (place === 300) yield { type: "epoch", epoch: "two", through: 320 };
    else if (place % 150 === 0) yield { type: "prune", room: "hall", messages: [60, 61, 62, 63, 64] };
    else yield { type: "act", act: anyAct(place), at: place };
  }
  const react = (at: number, target: number, emoji: string): LogRecord => {
    const act: Act = {
      ...common,
      type: "react",
      uid: `v${at}`,
      ref: `on ${target}`,
      target,
      emoji,
      on: true,
    };
    return { type: "act", act, at };
  };
  for (let at = 0; at < 25; at += 1) yield react(at, 7, `kind ${at}`);
  for (let at = 0; at < 2_010; at += 1) yield react(at, 8, "👍");
}

const tables = [
  "SELECT name, pruned_through FROM rooms ORDER BY name",
  "SELECT epoch, last_seq FROM epochs ORDER BY epoch",
  "SELECT place, seq FROM copies ORDER BY place",
  `SELECT seq, rooms.name AS room, type, stands, erased, uid, ref, at, target, msg, id, events.name, reply_to, is_bot,
    emoji, is_on FROM events JOIN rooms USING (room_id) ORDER BY seq`,
];

test("what is made of a chat is what this version of the rules makes: with another the version is another", (t) => {
  const file = new LogFile(join(temporaryFolder(t), "confab.db"), "normal");
  file.begin(undefined);
  const placed = Array.from(records(), (record, at) => ({ place: at + 1, text: encodeRecord(record) }));
  const { outcomes } = file.project(placed.map((each) => ({ ...each, isOwn: true })));
  const made = tables.map((sql) => file.database.prepare(sql).all());
  file.close();
  const [rooms = [], , copies = [], events = []] = made;
  assert.ok(rooms.length === 2 && copies.length > 100 && events.length > 2_400, "it is not nothing");
  const checksum = createHash("sha256")
    .update(JSON.stringify([made, outcomes]))
    .digest("base64url");
  // Where this fails and was meant to: raise `rulesVersion`, so that nodes make their files anew.
  assert.deepEqual([rulesVersion, checksum], [3, "xxjYxumtXph6UISlLFCulD7BeYEqf4Wn8WshF-6Pgs8"]);
});
