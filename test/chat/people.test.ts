import assert from "node:assert/strict";
import { test } from "node:test";
import { nameKeys } from "../../src/chat/identity.ts";
import { People } from "../../src/chat/people.ts";

const uid = (at: number): string => `uid-${at}`;

function crowd(names: readonly string[]): People {
  const people = new People();
  names.forEach((name, at) => people.add(at + 1, uid(at + 1), name));
  return people;
}

test("two of one name are told apart by a number, whatever the case, and looking alike counts", () => {
  const people = crowd(["Paul", "paul", "Pаul", "P a u l", "P\u200baul"]);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((at) => people.find(uid(at))?.name),
    ["Paul", "paul 2", "Pаul 3", "P a u l 4", "P\u200baul 5"],
  );
});

test("the tenth of one name is called by its own number, and ten thousand are all told apart", () => {
  const people = crowd(Array.from({ length: 10_000 }, () => "Ana"));
  assert.equal(people.find(uid(9))?.name, "Ana 9");
  assert.equal(people.find(uid(10))?.name, "Ana 10");
  assert.equal(people.find(uid(9_999))?.name, "Ana 9999");
  const names = people.some(10_000).flatMap(({ name }) => nameKeys(name));
  assert.equal(new Set(names).size, 20_000);
});

test("where its own number is taken too, a number nobody can foresee is found", () => {
  const people = crowd(["Ana", ...Array.from({ length: 30 }, (_, at) => `Ana ${at + 2}`)]);
  const { name } = people.add(20, "one more", "Ana");
  assert.match(name, /^Ana \d+$/);
  assert.equal(people.count, 32);
});

test("a name with a number added still has at most 32 characters", () => {
  const people = crowd(["😀".repeat(32), "😀".repeat(32)]);
  assert.equal(people.find(uid(2))?.name, `${"😀".repeat(30)} 2`);
});

test("a name is free again once its person has left or taken another", () => {
  const people = crowd(["Ana", "Ben"]);
  assert.equal(people.rename(uid(2), "ana"), undefined);
  assert.equal(people.rename(uid(1), "ANA")?.name, "ANA", "one's own name in another spelling is not taken");
  assert.equal(people.rename(uid(1), "Eve")?.name, "Eve");
  assert.equal(people.rename(uid(2), "ana")?.name, "ana");
  people.remove(uid(1));
  assert.equal(people.add(3, uid(3), "Eve").name, "Eve");
  assert.equal(people.count, 2);
});

test("a person counts once however many sockets they have", () => {
  const people = crowd(["Ana"]);
  assert.equal(people.countConnection(uid(1), 1), 1);
  assert.equal(people.countConnection(uid(1), 1), 2);
  assert.equal(people.count, 1);
  assert.equal(people.countConnection(uid(1), -1), 1);
  assert.equal(people.countConnection("nobody", 1), 0);
});

test("of many people, oneself comes first, then those who spoke last", () => {
  const people = crowd(Array.from({ length: 300 }, (_, at) => `P${at + 1}`));
  for (const at of [7, 8, 7, 250]) people.noteSpoke(uid(at));
  people.noteSpoke("nobody");
  assert.deepEqual(
    people.some(5, uid(100)).map(({ id }) => id),
    [100, 250, 7, 8, 1],
  );
  people.remove(uid(250));
  assert.deepEqual(
    people.some(2).map(({ id }) => id),
    [7, 8],
  );
  assert.equal(people.some(200).length, 200);
});

test("people are found by a part of their name, in any case and normal form", () => {
  const people = crowd(["María", "Mario", "Ana"]);
  const found = (query: string): string[] => people.search(query, 10).map(({ name }) => name);
  assert.deepEqual(found("MAR"), ["María", "Mario"]);
  assert.deepEqual(found("ri\u0301"), ["María"]);
  assert.deepEqual(found(""), ["María", "Mario", "Ana"]);
  assert.equal(people.search("", 2).length, 2);
});
