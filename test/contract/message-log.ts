/** What the chat counts on, for any implementation of MessageLog: called once for each, with a way to open one. */
import test from "node:test";
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import fc from "fast-check";
import type { ChatEvent, MessageEvent, Seq } from "../../src/protocol/events.ts";
import { fold, netActs, untouched } from "../../src/protocol/fold.ts";
import type {
  Act,
  MessageAct,
  MessageLog,
  Outcome,
  ReactAct,
  RoomEvent,
  SearchHit,
} from "../../src/message-log/message-log.ts";

export interface LogUnderTest {
  readonly log: MessageLog;
  /** Everything the log handed over since it was started. */
  readonly fed: readonly RoomEvent[];
  /** Closes the log and opens it on the same data. */
  readonly reopen: () => Promise<LogUnderTest>;
}

/** Closed and removed after the test by itself. Nothing, with the test skipped, where a program is missing. */
export type OpenLog = (t: TestContext) => Promise<LogUnderTest | undefined>;

let refs = 0;
function ref(): string {
  refs += 1;
  return `ref-${refs}`;
}

export function message(msg: string, fields: Partial<MessageAct> = {}): MessageAct {
  return { type: "msg", room: "lobby", uid: "ann", ref: ref(), msg, id: 1, name: "Ann", ...fields };
}

export function edit(
  target: Seq,
  msg: string,
  fields: { uid?: string; room?: string; ref?: string } = {},
): Act {
  return { type: "edit", room: "lobby", uid: "ann", ref: ref(), target, msg, ...fields };
}

export function deletion(target: Seq, fields: { uid?: string; room?: string; ref?: string } = {}): Act {
  return { type: "delete", room: "lobby", uid: "ann", ref: ref(), target, ...fields };
}

export function react(target: Seq, emoji: string, fields: Partial<ReactAct> = {}): ReactAct {
  return {
    type: "react",
    room: "lobby",
    uid: "bob",
    ref: ref(),
    target,
    name: "Bob",
    emoji,
    on: true,
    ...fields,
  };
}

/** Appends what has to be kept. @returns its number */
export async function keep(log: MessageLog, act: Act): Promise<Seq> {
  const outcome = await log.append(act);
  assert.ok(outcome.kept, `refused: ${JSON.stringify(outcome)}`);
  return outcome.seq;
}

function withoutRoom<Fields extends { room?: string }>(fields: Fields): Omit<Fields, "room"> {
  const copy = { ...fields };
  delete copy.room;
  return copy;
}

async function refusal(log: MessageLog, act: Act): Promise<string> {
  const outcome = await log.append(act);
  return outcome.kept ? "kept" : outcome.code;
}

function messagesOf(events: readonly ChatEvent[]): MessageEvent[] {
  return events.filter((event) => event.type === "msg");
}

function textsOf(events: readonly ChatEvent[]): string[] {
  return messagesOf(events).map(({ msg }) => msg);
}

function seqsOf(events: readonly ChatEvent[]): Seq[] {
  return events.map(({ seq }) => seq);
}

function snippetOf(hit: SearchHit | undefined): string {
  return (hit?.snippet ?? []).map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");
}

export function messageLogContract(name: string, open: OpenLog): void {
  const contract = (title: string, run: (under: LogUnderTest, t: TestContext) => Promise<void>): void => {
    test(`${name}: ${title}`, async (t) => {
      const under = await open(t);
      if (under !== undefined) await run(under, t);
    });
  };

  contract("I1 an act is acknowledged when it has come back through the feed", async ({ log, fed }) => {
    const act = message("hello", { reply_to: 0, bot: true });
    const outcome = await log.append(act);
    assert.ok(outcome.kept);
    const { seq, at } = outcome;
    const event = { ...act, seq, at };
    assert.deepEqual(fed, [{ room: "lobby", event: withoutRoom(event) }]);
    assert.equal(log.head, seq);
  });

  contract("every kind of act comes back as it was given", async ({ log, fed }) => {
    const target = await keep(log, message("hello"));
    const acts = [
      react(target, "👍"),
      react(target, "👍", { on: false }),
      edit(target, "bye"),
      deletion(target),
    ];
    for (const act of acts) await keep(log, act);
    assert.deepEqual(
      fed.slice(1).map(({ event: { seq, at, ...event } }) => ({ isNumbered: seq > 0 && at > 0, ...event })),
      acts.map((act) => ({ isNumbered: true, ...withoutRoom(act) })),
    );
    assert.deepEqual(
      fed.map(({ event }) => event.seq),
      seqsOf(log.eventsAfter("lobby", 0, 500)),
    );
  });

  contract(
    "I3 an act sent twice is kept once, and acknowledged twice with one number",
    async ({ log, fed }) => {
      const act = message("once");
      const [first, second] = await Promise.all([log.append(act), log.append(act)]);
      const third = await log.append({ ...act, name: "Another Name", id: 7 });
      assert.ok(first.kept && second.kept && third.kept);
      assert.deepEqual([first.repeat, second.repeat, third.repeat], [false, true, true]);
      assert.deepEqual(new Set([first.seq, second.seq, third.seq]).size, 1);
      assert.deepEqual(new Set([first.at, second.at, third.at]).size, 1);
      assert.equal(fed.length, 1);
    },
  );

  contract("I3 a ref that was used for another act or text is refused", async ({ log, fed }) => {
    const act = message("one");
    const seq = await keep(log, act);
    const other = await keep(log, message("other"));
    const reaction = react(seq, "👍");
    await keep(log, reaction);
    const change = edit(seq, "two");
    await keep(log, change);
    const count = fed.length;
    const { ref: used } = act;
    const reused: Act[] = [
      { ...act, msg: "two" },
      { ...act, reply_to: other },
      deletion(seq, { ref: used }),
      edit(seq, "one", { ref: used }),
      { ...reaction, emoji: "🎉" },
      { ...reaction, on: false },
      { ...reaction, target: other },
      edit(seq, "three", { ref: change.ref }),
      edit(other, "two", { ref: change.ref }),
    ];
    for (const again of reused) assert.equal(await refusal(log, again), "ref_reused", JSON.stringify(again));
    assert.equal(fed.length, count);
  });

  contract("I3 a ref counts for its person and room only", async ({ log }) => {
    const seqs = [
      await keep(log, message("a", { ref: "same" })),
      await keep(log, message("b", { ref: "same", uid: "bob" })),
      await keep(log, message("c", { ref: "same", room: "other" })),
    ];
    assert.equal(new Set(seqs).size, 3);
    assert.ok(log.isKept("lobby", "ann", "same") && log.isKept("other", "ann", "same"));
    assert.equal(log.isKept("other", "bob", "same"), false);
    assert.equal(log.isKept("nowhere", "ann", "same"), false);
  });

  contract("I4 what one person sends keeps its order, and the feed is the log", async ({ log, fed }) => {
    const people = ["ann", "bob", "cyd"];
    const acts = Array.from({ length: 300 }, (_, at) => message(`${at}`, { uid: people[at % 3] ?? "" }));
    const outcomes = await Promise.all(acts.map((act) => log.append(act)));
    const seqs = outcomes.map((outcome) => (outcome.kept ? outcome.seq : 0));
    for (const uid of people) {
      const own = log.eventsAfter("lobby", 0, 500).filter((event) => event.uid === uid);
      assert.deepEqual(
        textsOf(own),
        acts.filter((act) => act.uid === uid).map(({ msg }) => msg),
      );
    }
    assert.deepEqual(
      fed.map(({ event }) => event),
      log.eventsAfter("lobby", 0, 500),
    );
    assert.deepEqual(
      seqsOf(fed.map(({ event }) => event)),
      seqs.toSorted((a, b) => a - b),
    );
  });

  contract("only its writer edits or deletes a message; anybody reacts", async ({ log }) => {
    const seq = await keep(log, message("mine"));
    assert.equal(await refusal(log, edit(seq, "not yours", { uid: "bob" })), "not_yours");
    assert.equal(await refusal(log, deletion(seq, { uid: "bob" })), "not_yours");
    assert.equal(await refusal(log, react(seq, "👍", { uid: "bob" })), "kept");
    assert.equal(await refusal(log, edit(seq, "still mine")), "kept");
  });

  contract("I9 an act on what is no message of its room is refused", async ({ log }) => {
    const seq = await keep(log, message("here"));
    const change = await keep(log, edit(seq, "here still"));
    for (const target of [seq + 1_000, 0, change]) {
      assert.equal(await refusal(log, edit(target, "x")), "no_such_message");
      assert.equal(await refusal(log, deletion(target)), "no_such_message");
      assert.equal(await refusal(log, react(target, "👍")), "no_such_message");
    }
    assert.equal(await refusal(log, edit(seq, "x", { room: "other" })), "no_such_message");
    assert.equal(await refusal(log, deletion(seq, { room: "other" })), "no_such_message");
    assert.equal(await refusal(log, react(seq, "👍", { room: "other" })), "no_such_message");
  });

  contract("a deleted message is a tombstone to every reader, and takes no more acts", async ({ log }) => {
    const act = message("secret one");
    const seq = await keep(log, act);
    const change = edit(seq, "secret two");
    await keep(log, change);
    await keep(log, react(seq, "👍"));
    const removal = deletion(seq);
    const removed = await keep(log, removal);

    assert.equal(await refusal(log, edit(seq, "x")), "no_such_message");
    assert.equal(await refusal(log, react(seq, "👍")), "no_such_message");
    assert.equal(await refusal(log, deletion(seq)), "no_such_message");
    const page = log.pageBefore("lobby", Number.MAX_SAFE_INTEGER, 50).events;
    assert.deepEqual(seqsOf(page), [seq, removed]);
    const [tombstone] = messagesOf(page);
    assert.deepEqual([tombstone?.msg, tombstone?.deleted], ["", true]);
    const all = log.eventsAfter("lobby", 0, 500);
    assert.deepEqual(
      all.map(({ type }) => type),
      ["msg", "edit", "react", "delete"],
    );
    assert.doesNotMatch(JSON.stringify([all, page]), /secret/);
    assert.deepEqual(await log.search("lobby", "secret"), []);
    for (const repeat of [act, change, removal]) assert.equal(await refusal(log, repeat), "kept");
  });

  contract("a message carries at most 20 kinds of reaction", async ({ log }) => {
    const seq = await keep(log, message("popular"));
    const emoji = Array.from({ length: 21 }, (_, at) => String.fromCodePoint(0x1f600 + at));
    for (const kind of emoji.slice(0, 20)) await keep(log, react(seq, kind));
    const [first = "", last = ""] = [emoji[0], emoji[20]];
    assert.equal(await refusal(log, react(seq, last)), "too_many_reactions");
    assert.equal(await refusal(log, react(seq, first, { uid: "cyd" })), "kept");
    assert.equal(await refusal(log, react(seq, first, { on: false })), "kept");
    assert.equal(await refusal(log, react(seq, last)), "too_many_reactions", "cyd still has it on");
    assert.equal(await refusal(log, react(seq, first, { uid: "cyd", on: false })), "kept");
    assert.equal(await refusal(log, react(seq, last)), "kept");
  });

  contract(
    "a message carries at most 2,000 reactions, and whose stands among them may give it again",
    async ({ log }) => {
      const seq = await keep(log, message("most popular"));
      const crowd = Array.from({ length: 2_000 }, (_, at) => react(seq, "👍", { uid: `fan${at}` }));
      const outcomes = await Promise.all(crowd.map((act) => log.append(act)));
      assert.ok(outcomes.every(({ kept }) => kept));
      assert.equal(await refusal(log, react(seq, "👍", { uid: "late" })), "too_many_reactions");
      assert.equal(await refusal(log, react(seq, "👍", { uid: "fan7" })), "kept");
      assert.equal(await refusal(log, react(seq, "👍", { uid: "fan7", on: false })), "kept");
      assert.equal(await refusal(log, react(seq, "🎉", { uid: "late" })), "kept");
    },
  );

  contract("I8 a text that cannot be kept is refused, alone", async ({ log }) => {
    const outcomes = await Promise.all([
      log.append(message("before")),
      log.append(message("half \ud83d")),
      log.append(message("nul \0")),
      log.append(message("bad name", { name: "\udc00" })),
      log.append(message("no such number", { id: 1.5 })),
      log.append(message("after")),
    ]);
    const codes = outcomes.map((outcome) => (outcome.kept ? "kept" : outcome.code));
    assert.deepEqual(codes, ["kept", "bad_frame", "bad_frame", "bad_frame", "bad_frame", "kept"]);
    assert.deepEqual(textsOf(log.eventsAfter("lobby", 0, 10)), ["before", "after"]);
  });

  contract("any text comes back as it was", async ({ log }) => {
    const texts = [
      "",
      'it\'s "quoted"',
      "<b>&amp;",
      "a\nb\tc\u0001\u0002\u0003",
      "👩‍👩‍👧",
      "مرحبا ‮",
      "x".repeat(60_000),
    ];
    for (const text of texts) await keep(log, message(text));
    assert.deepEqual(textsOf(log.eventsAfter("lobby", 0, 500)), texts);
  });

  contract("I5 a position is known while everything after it can be told", async ({ log, reopen }) => {
    const last = await keep(log, message("one"));
    const { epoch } = log;
    assert.equal(log.knows("lobby", { since: last, epoch }), true);
    assert.equal(log.knows("lobby", { since: 0 }), true);
    assert.equal(log.knows("nowhere", { since: last, epoch }), true);
    assert.equal(log.knows("lobby", { since: last + 1, epoch }), false);
    assert.equal(log.knows("lobby", { since: last }), false, "without an epoch");
    assert.equal(log.knows("lobby", { since: last, epoch: "unheard-of" }), false);
    const { log: next } = await reopen();
    const later = await keep(next, message("two"));
    assert.ok(later > last);
    assert.equal(next.knows("lobby", { since: last, epoch }), true, "a kept epoch");
    const isSameLife = next.epoch === epoch;
    assert.equal(next.knows("lobby", { since: later, epoch }), isSameLife, "beyond the end of its epoch");
    assert.equal(next.knows("lobby", { since: later, epoch: next.epoch }), true);
  });

  contract(
    "I2 what was acknowledged is there after a restart, and only what comes next is fed",
    async ({ log, reopen }) => {
      const act = message("kept");
      const seq = await keep(log, act);
      const before = log.pageBefore("lobby", seq + 1, 50);
      const { log: next, fed } = await reopen();
      assert.equal(next.head, seq);
      assert.deepEqual(next.pageBefore("lobby", seq + 1, 50).events, before.events);
      assert.equal(next.isKept("lobby", "ann", act.ref), true);
      assert.equal(await keep(next, act), seq);
      assert.equal(fed.length, 0);
      const later = await keep(next, message("next"));
      assert.deepEqual(
        fed.map(({ event }) => event.seq),
        [later],
      );
    },
  );

  contract("pages walk through a room in both directions, each message once", async ({ log }) => {
    const texts = Array.from({ length: 25 }, (_, at) => `message ${at}`);
    for (const [at, text] of texts.entries()) {
      await keep(log, message(text));
      await keep(log, message(`elsewhere ${at}`, { room: "other" }));
    }
    const older: string[][] = [];
    for (let before = Number.MAX_SAFE_INTEGER, more = true; more;) {
      const page = log.pageBefore("lobby", before, 10);
      assert.deepEqual([page.epoch, page.head], [log.epoch, log.head]);
      older.unshift(textsOf(page.events));
      before = messagesOf(page.events)[0]?.seq ?? 0;
      more = page.more;
    }
    assert.deepEqual(
      older.map(({ length }) => length),
      [5, 10, 10],
    );
    assert.deepEqual(older.flat(), texts);
    const newer: string[][] = [];
    for (let after = 0, more = true; more;) {
      const page = log.pageAfter("lobby", after, 10);
      newer.push(textsOf(page.events));
      after = messagesOf(page.events).at(-1)?.seq ?? 0;
      more = page.more;
    }
    assert.deepEqual(
      newer.map(({ length }) => length),
      [10, 10, 5],
    );
    assert.deepEqual(newer.flat(), texts);
    assert.deepEqual(log.pageBefore("nowhere", 10, 10).events, []);
  });

  contract("no read gives more than 500 messages or events", async ({ log }) => {
    await Promise.all(Array.from({ length: 501 }, (_, at) => log.append(message(`${at}`))));
    const cut = log.pageBefore("lobby", Number.MAX_SAFE_INTEGER, 9_999);
    assert.deepEqual([cut.events.length, cut.more], [500, true]);
    assert.equal(log.pageAfter("lobby", 0, 9_999).events.length, 500);
    assert.equal(log.eventsAfter("lobby", 0, 9_999).length, 500);
    assert.equal(log.countAfter("lobby", 0, 100), 100);
    assert.equal(log.countAfter("lobby", 0, 9_999), 501);
  });

  contract("a page of much-reacted messages ends early and says that there is more", async ({ log }) => {
    const seqs: Seq[] = [];
    for (let at = 0; at < 4; at += 1) seqs.push(await keep(log, message(`${at}`)));
    const people = Array.from({ length: 1_500 }, (_, at) => `u${at}`);
    const acts = seqs.flatMap((seq) => people.map((uid) => react(seq, "👍", { uid })));
    for (const half of [acts.slice(0, 3_000), acts.slice(3_000)]) {
      await Promise.all(half.map((act) => log.append(act)));
    }
    const page = log.pageBefore("lobby", Number.MAX_SAFE_INTEGER, 50);
    assert.deepEqual(seqsOf(messagesOf(page.events)), seqs.slice(2));
    assert.equal(page.events.length, 2 + 2 * people.length);
    assert.equal(page.more, true);
    const next = log.pageBefore("lobby", seqs[2] ?? 0, 50);
    assert.deepEqual([seqsOf(messagesOf(next.events)), next.more], [seqs.slice(0, 2), false]);
  });

  contract("a page tells what folding every event tells", async ({ log }) => {
    const run = fc.asyncProperty(roomLives, async (steps) => {
      const room = `life-${ref()}`;
      await live(log, room, steps);
      const page = log.pageAfter(room, 0, 500).events;
      assert.deepEqual(page, netStateOf(log.eventsAfter(room, 0, 500)));
      assert.deepEqual(log.pageBefore(room, Number.MAX_SAFE_INTEGER, 500).events, page);
      const exported: ChatEvent[] = [];
      for await (const part of log.exportPages(room)) exported.push(...part);
      assert.deepEqual(exported, page);
    });
    await fc.assert(run, { numRuns: 40 });
  });

  contract("a room's version changes with every act on it and no other", async ({ log, reopen }) => {
    const seen = new Set([log.version("lobby")]);
    const seq = await keep(log, message("one"));
    for (const act of [edit(seq, "two"), react(seq, "👍"), deletion(seq)]) {
      seen.add(log.version("lobby"));
      await keep(log, act);
    }
    const last = log.version("lobby");
    seen.add(last);
    assert.equal(seen.size, 5);
    await keep(log, message("elsewhere", { room: "other" }));
    assert.equal(log.version("lobby"), last);
    const { log: next } = await reopen();
    assert.equal(next.version("lobby") === last, next.epoch === log.epoch);
  });

  contract("search finds the last text of what was acknowledged, in its room", async ({ log, reopen }) => {
    const seq = await keep(log, message("The quick brown Fox jumps"));
    await keep(log, message("a quick fox elsewhere", { room: "other" }));
    const [hit, ...others] = await log.search("lobby", "QUICK fox");
    assert.deepEqual(others, []);
    assert.deepEqual([hit?.seq, hit?.uid, hit?.name], [seq, "ann", "Ann"]);
    assert.equal(snippetOf(hit), "The [quick] brown [Fox] jumps");
    await keep(log, edit(seq, "The lazy dog sleeps"));
    assert.deepEqual(await log.search("lobby", "fox"), []);
    assert.equal(snippetOf((await log.search("lobby", "dog"))[0]), "The lazy [dog] sleeps");
    const { log: next } = await reopen();
    assert.equal((await next.search("lobby", "lazy")).length, 1);
    await keep(next, deletion(seq));
    assert.deepEqual(await next.search("lobby", "lazy"), []);
    assert.deepEqual(await next.search("nowhere", "quick"), []);
  });

  contract("search reads scripts without spaces, accents and beginnings of words", async ({ log }) => {
    const texts = [
      "今天天气很好",
      "こんにちは世界",
      "안녕하세요 세계",
      "สวัสดีชาวโลก",
      "Café déjà",
      "नमस्ते हिन्दी",
      "deployment",
      "Привет",
    ];
    for (const text of texts) await keep(log, message(text));
    const found: Record<string, string> = {
      天气: "今天[天气]很好", 世界: "こんにちは[世界]", 세계: "안녕하세요 [세계]", ชาว: "สวัสดี[ชาว]โลก",
      "cafe deja": "[Café déjà]", हिन्दी: "नमस्ते [हिन्दी]", deploy: "[deployment]", привет: "[Привет]",
    }; // prettier-ignore
    for (const [query, snippet] of Object.entries(found)) {
      assert.deepEqual((await log.search("lobby", query)).map(snippetOf), [snippet], query);
    }
    assert.deepEqual(await log.search("lobby", "气天"), []);
  });

  contract(
    "search gives first what holds the words as typed, then the newest, at most 50",
    async ({ log }) => {
      const typed = await keep(log, message("green tea please"));
      const older = await keep(log, message("tea that is green"));
      const newer = await keep(log, message("green, not black tea"));
      const hits = await log.search("lobby", "green tea");
      assert.deepEqual(
        hits.map(({ seq }) => seq),
        [typed, newer, older],
      );
      await Promise.all(Array.from({ length: 60 }, () => log.append(message("coffee"))));
      assert.equal((await log.search("lobby", "coffee")).length, 50);
    },
  );

  contract("I9 whatever is searched for is data, never a query", async ({ log }) => {
    await keep(log, message('say "hello" AND NOT (goodbye) col: x*'));
    const quoted = await log.search("lobby", '"hello" AND NOT');
    assert.equal(quoted.length, 1);
    const odd = [
      "",
      " ",
      '"',
      '""',
      "*",
      "body:",
      "room : r1",
      "a OR",
      "NEAR(",
      "^x",
      "{}",
      "-x",
      "'; --",
      "\0",
      "\ud800",
      "(".repeat(500),
    ];
    for (const query of odd) assert.ok(Array.isArray(await log.search("lobby", query)), query);
    assert.deepEqual(await log.search("lobby", "r1"), [], "the room's token is no word of the text");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (query) => {
        assert.ok(Array.isArray(await log.search("lobby", query)));
      }),
      { numRuns: 60 },
    );
  });

  contract("an export tells a long room page by page, oldest first", async ({ log }) => {
    const texts = Array.from({ length: 450 }, (_, at) => `${at}`);
    await Promise.all(texts.map((text) => log.append(message(text))));
    const pages: string[][] = [];
    for await (const page of log.exportPages("lobby")) pages.push(textsOf(page));
    assert.ok(pages.length > 1);
    assert.deepEqual(pages.flat(), texts);
    for await (const page of log.exportPages("nowhere")) assert.deepEqual(page, []);
  });

  contract("closing answers what was accepted; then everything is refused", async ({ log, reopen }) => {
    const accepted = Array.from({ length: 200 }, (_, at) => log.append(message(`${at}`)));
    const closing = log.close();
    assert.equal(await refusal(log, message("while it closes")), "unavailable");
    const outcomes = await Promise.all(accepted);
    await closing;
    assert.ok(outcomes.every((outcome: Outcome) => outcome.kept));
    assert.equal(await refusal(log, message("too late")), "unavailable");
    assert.equal(log.status.state, "unavailable");
    const { log: next } = await reopen();
    assert.equal(next.eventsAfter("lobby", 0, 500).length, 200);
    assert.equal(next.status.state, "ok");
  });
}

type Step =
  | { readonly act: "msg" | "edit" | "delete"; readonly on: number }
  | {
      readonly act: "react";
      readonly on: number;
      readonly uid: string;
      readonly emoji: string;
      readonly is: boolean;
    };

const roomLives = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ act: fc.constant("msg" as const), on: fc.constant(0) }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant("edit" as const), on: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("delete" as const), on: fc.nat() }) },
    {
      weight: 6,
      arbitrary: fc.record({
        act: fc.constant("react" as const),
        on: fc.nat(),
        uid: fc.constantFrom("ann", "bob", "cyd"),
        emoji: fc.constantFrom("👍", "🎉"),
        is: fc.boolean(),
      }),
    },
  ),
  { maxLength: 40 },
);

async function live(log: MessageLog, room: string, steps: readonly Step[]): Promise<void> {
  const messages: Seq[] = [];
  for (const [at, step] of steps.entries()) {
    if (step.act === "msg") {
      messages.push(await keep(log, message(`message ${at}`, { room })));
      continue;
    }
    const target = messages[step.on % messages.length] ?? 0;
    if (step.act === "react") {
      await log.append(react(target, step.emoji, { room, uid: step.uid, on: step.is }));
    } else {
      await log.append(
        step.act === "edit" ? edit(target, `edit ${at}`, { room }) : deletion(target, { room }),
      );
    }
  }
}

function netStateOf(events: readonly ChatEvent[]): ChatEvent[] {
  return messagesOf(events).flatMap((message) => {
    let state = untouched;
    for (const event of events) {
      if (event.type !== "msg" && event.target === message.seq) state = fold(state, event);
    }
    return [message, ...netActs(state)];
  });
}
