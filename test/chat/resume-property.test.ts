/** I4, I5 as a property: whatever readers do, each sees the room's events once and in order from where it began. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { connect, newKey, type TestClient } from "../support/client.ts";
import { startServer } from "../support/server.ts";

type Step =
  | { readonly do: "say"; readonly count: number; readonly andWait: boolean }
  | { readonly do: "leave"; readonly reader: number; readonly how: "close" | "reset" }
  | { readonly do: "sleep" | "wake" | "come back"; readonly reader: number };

const readers = 3;
const reader = fc.integer({ min: 0, max: readers - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      count: fc.integer({ min: 1, max: 40 }),
      andWait: fc.boolean(),
    }),
  },
  fc.record({
    do: fc.constant("leave" as const),
    reader,
    how: fc.constantFrom("close" as const, "reset" as const),
  }),
  fc.record({ do: fc.constantFrom("sleep" as const, "wake" as const, "come back" as const), reader }),
);

/** A reader as §3 asks of one: it moves its position by events only, and resumes from there. */
class Reader {
  readonly seen: number[] = [];
  readonly #url: string;
  #client: TestClient | undefined;
  #epoch = "";

  constructor(url: string) {
    this.#url = url;
  }

  async comeBack(): Promise<void> {
    if (this.#client !== undefined) return;
    const position = this.#epoch === "" ? { since: 0 } : { since: this.seen.at(-1) ?? 0, epoch: this.#epoch };
    const client = await connect(this.#url, position);
    assert.equal(client.welcome.resumed, true);
    this.#epoch = client.welcome.epoch;
    client.websocket.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string; seq: number };
      if (this.#client === client && frame.type === "msg") this.seen.push(frame.seq);
    });
    this.#client = client;
    this.seen.push(...client.all("msg").map(({ seq }) => seq));
  }

  leave(how: "close" | "reset"): void {
    const client = this.#client;
    this.#client = undefined;
    client?.websocket.resume(); // Else it would not see the end of its connection.
    if (how === "reset") client?.reset();
    else client?.websocket.close();
  }

  sleep(): void {
    this.#client?.websocket.pause();
  }

  wake(): void {
    this.#client?.websocket.resume();
  }

  /** Reads on until it has seen `last`. */
  async catchUp(last: number): Promise<void> {
    await this.comeBack();
    this.wake();
    while ((this.seen.at(-1) ?? 0) < last) await this.#client?.next();
  }
}

test("I5 readers who leave, sleep and come back see every event once, in order", async (t) => {
  const server = await startServer(t);
  let room = 0;
  const run = async (steps: readonly Step[]): Promise<void> => {
    room += 1;
    const url = server.socket(`property-${room}`);
    const writer = await connect(url, { key: newKey() });
    const all = Array.from({ length: readers }, () => new Reader(url));
    for (const each of all) await each.comeBack();
    let said = 0;
    for (const what of steps) {
      if (what.do === "say") {
        for (let at = 0; at < what.count; at += 1, said += 1) {
          writer.send({ action: "message", ref: `r${said}`, message: `${said} ${"x".repeat(500)}` });
        }
        while (what.andWait && writer.all("ack").length < said) await writer.until("ack");
      } else if (what.do === "leave") all[what.reader]?.leave(what.how);
      else if (what.do === "sleep") all[what.reader]?.sleep();
      else if (what.do === "wake") all[what.reader]?.wake();
      else await all[what.reader]?.comeBack();
    }
    while (writer.all("ack").length < said) await writer.until("ack");
    const kept = writer.all("msg").map(({ seq }) => seq);
    for (const each of all) {
      await each.catchUp(kept.at(-1) ?? 0);
      assert.deepEqual(each.seen, kept);
      each.leave("reset");
    }
    await writer.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), run), { numRuns: 40 });
});
