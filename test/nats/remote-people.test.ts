/** What a node makes of what others tell of their people, and of what it missed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Standing } from "../../src/chat/other-nodes.ts";
import type { Change, PresenceNote } from "../../src/nats/presence-notes.ts";
import { RemotePeople } from "../../src/nats/remote-people.ts";

interface Watched {
  readonly remote: RemotePeople;
  /** "room uid" of each that changed. */
  readonly changed: string[];
  readonly asked: string[];
  nowMs: number;
}

function watched(): Watched {
  const state: Watched = { changed: [], asked: [], nowMs: 0, remote: undefined as unknown as RemotePeople };
  const remote = new RemotePeople({
    now: () => state.nowMs,
    onChanged: (room, uid) => state.changed.push(`${room} ${uid}`),
    ask: (node) => state.asked.push(node),
    onNode: () => undefined,
  });
  return Object.assign(state, { remote });
}

const person = (id: number): Standing => ({ id, uid: `u${id}`, name: `User ${id}`, came_at: 1, named_at: 1 });
const present = (...ids: number[]): Change[] => ids.map((id) => ["lobby", `u${id}`, person(id)]);
const changes = (version: number, told: readonly Change[]): PresenceNote => {
  return { kind: "changes", node: "n", version, changes: told };
};
const uids = ({ remote }: Watched): string[] => [...remote.people("lobby").keys()];

test("a change that was missed is noticed and asked for once, and only what differs is news", () => {
  const here = watched();
  here.remote.hear(changes(1, present(1, 2)));
  here.remote.hear(changes(3, present(4)));
  here.remote.hear({ kind: "beat", node: "n", version: 3 });
  assert.deepEqual(here.asked, ["n"]);
  assert.deepEqual(uids(here), ["u1", "u2"], "nothing half known is shown");
  const everybody = { kind: "everybody", node: "n", version: 3, parts: 2 } as const;
  here.remote.hear({ ...everybody, part: 0, people: present(2, 3) });
  here.remote.hear({ ...everybody, part: 1, people: present(4) });
  assert.deepEqual(uids(here), ["u2", "u3", "u4"]);
  here.remote.hear(changes(4, [["lobby", "u2", null]]));
  assert.deepEqual(uids(here), ["u3", "u4"]);
  here.remote.hear(changes(4, present(1)));
  assert.deepEqual(uids(here), ["u3", "u4"], "what is told twice counts once");
});

test("a beat with the version known asks for nothing, and a lost answer is asked for again", () => {
  const here = watched();
  here.remote.hear({ kind: "beat", node: "n", version: 0 });
  assert.deepEqual(here.asked, []);
  here.remote.hear({ kind: "beat", node: "n", version: 9 });
  here.nowMs = 2_000;
  here.remote.hear({ kind: "beat", node: "n", version: 9 });
  assert.deepEqual(here.asked, ["n", "n"]);
});

test("a node not heard of for ten seconds is gone with its people, but not while this one stood still", () => {
  const here = watched();
  here.remote.hear(changes(1, present(1)));
  for (here.nowMs = 1_000; here.nowMs <= 10_000; here.nowMs += 1_000) here.remote.sweep();
  assert.deepEqual(uids(here), ["u1"]);
  here.nowMs = 60_000;
  here.remote.sweep();
  assert.deepEqual(uids(here), ["u1"], "what came meanwhile is not read yet");
  for (here.nowMs = 61_000; here.nowMs <= 71_000; here.nowMs += 1_000) here.remote.sweep();
  assert.deepEqual(uids(here), []);
  assert.deepEqual(here.changed, ["lobby u1", "lobby u1"]);
});

test("a node that was away and told all of its 5,000 people again is no news at all", () => {
  const here = watched();
  const all = present(...Array.from({ length: 5_000 }, (_, at) => at));
  here.remote.hear(changes(1, all));
  here.changed.length = 0;
  here.remote.hear({ kind: "everybody", node: "n", version: 7, part: 0, parts: 1, people: all });
  assert.deepEqual(here.changed, []);
  assert.equal(uids(here).length, 5_000);
});
