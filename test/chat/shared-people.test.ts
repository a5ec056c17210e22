/** One list of people over nodes, without any: what one room makes of what others tell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { merged, type OtherNodes, type Standing } from "../../src/chat/other-nodes.ts";
import { People } from "../../src/chat/people.ts";
import type { PresenceNews } from "../../src/chat/presence-news.ts";
import { SharedPeople } from "../../src/chat/shared-people.ts";

const standing = (uid: string, name: string, at: number, id = 1): Standing => {
  return { id, uid, name, came_at: at, named_at: at };
};

interface Node {
  readonly people: People;
  readonly shared: SharedPeople;
  /** What this node told of its own. */
  readonly told: Map<string, Standing>;
  readonly news: string[];
}

function node(elsewhere: readonly Standing[] = []): Node {
  const [people, told, news] = [new People(), new Map<string, Standing>(), [] as string[]];
  const others: Partial<OtherNodes> = {
    people: () => new Map(elsewhere.map((each) => [each.uid, [each]])),
    present: (_room, each) => void told.set(each.uid, each),
    absent: (_room, uid) => void told.delete(uid),
  };
  const noted = (what: string) => (person: { name: string }) => void news.push(`${what} ${person.name}`);
  const presence = { joined: noted("joined"), left: noted("left"), renamed: noted("renamed") };
  const shared = new SharedPeople({
    room: "lobby",
    people,
    news: presence as unknown as PresenceNews,
    others: others as OtherNodes,
    onChanged: (person, isRenamed) => news.push(`${isRenamed ? "gave way" : "agreed"} ${person.name}`),
  });
  return { people, shared, told, news };
}

function join({ people, shared }: Node, id: number, uid: string, name: string): void {
  shared.arrived(people.find(uid) ?? people.add(id, uid, name));
}

test("those on other nodes are in a room from the start, and nobody is told of their coming", () => {
  const { people, news } = node([standing("a", "Ana", 1, 7)]);
  assert.deepEqual(people.find("a"), { id: 7, uid: "a", name: "Ana" });
  assert.deepEqual(news, []);
});

test("who has a name longer keeps it on both nodes, and only the other's node renames", () => {
  const [one, two] = [node(), node()];
  join(one, 1, "a", "Ana");
  join(two, 2, "b", "Ana");
  const [a, b] = [one.told.get("a"), two.told.get("b")];
  assert(a && b);
  const earlier: Standing = { ...a, named_at: 1 };
  const later: Standing = { ...b, named_at: Date.now() + 60_000 };
  one.shared.onPerson("b", [later]);
  assert.equal(one.people.find("a")?.name, "Ana");
  assert.equal(one.people.find("b")?.name, "Ana", "as its own node calls it still");
  two.shared.onPerson("a", [earlier]);
  assert.deepEqual(two.people.find("b"), { id: 2, uid: "b", name: "Ana 2" });
  assert.deepEqual(two.news, ["joined Ana", "renamed Ana 2", "gave way Ana 2"]);
  const renamed = two.told.get("b");
  assert(renamed);
  one.shared.onPerson("b", [renamed]);
  assert.equal(one.people.find("b")?.name, "Ana 2");
  assert.equal(one.people.rename("b", "ana"), undefined, "the name is held by the one who keeps it");
});

test("one person who came to two nodes at once has one number and one name in the end", () => {
  const [one, two] = [node(), node()];
  join(one, 1, "a", "Ana");
  join(two, 2, "a", "Anna");
  const first: Standing = { id: 1, uid: "a", name: "Ana", came_at: 1, named_at: 1 };
  const second: Standing = { id: 2, uid: "a", name: "Anna", came_at: 2, named_at: 2 };
  assert.deepEqual(merged([first, second]), merged([second, first]));
  assert.deepEqual(merged([first, second]), { ...second, id: 1, came_at: 1 });
  two.shared.onPerson("a", [first]);
  assert.deepEqual(two.people.find("a"), { id: 1, uid: "a", name: "Anna" });
  const agreed = two.told.get("a");
  assert(agreed);
  one.shared.onPerson("a", [{ ...agreed, named_at: Date.now() + 60_000 }]);
  assert.deepEqual(one.people.find("a"), { id: 1, uid: "a", name: "Anna" });
});

test("a person leaves with the last node they are on, and what is told again is no news", () => {
  const here = node();
  join(here, 1, "a", "Ana");
  here.shared.onPerson("a", [here.told.get("a") ?? standing("a", "Ana", 1)]);
  here.shared.onPerson("b", [standing("b", "Ben", 1, 2)]);
  here.shared.onPerson("b", [standing("b", "Ben", 1, 2)]);
  assert.equal(here.shared.departed("a"), true, "still on another node");
  here.shared.onPerson("a", []);
  assert.equal(here.people.find("a"), undefined);
  here.shared.onPerson("b", []);
  assert.deepEqual(here.news, ["joined Ben", "left Ana", "left Ben"]);
});

test("a name once given up can be taken by the next", () => {
  const here = node([standing("a", "Ana", 1), standing("b", "Ana", 2)]);
  here.shared.onPerson("a", []);
  here.shared.onPerson("b", []);
  join(here, 3, "c", "Ana");
  assert.equal(here.people.find("c")?.name, "Ana");
});
