/** Whatever two nodes are told, in whatever order: in the end all files are equal, also that of a node that comes last. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import fc from "fast-check";
import type { Act } from "../../src/message-log/message-log.ts";
import { deletion, edit, message, react } from "../contract/message-log.ts";
import { startNats } from "../support/nats.ts";
import { atEnd, contentOf } from "./contents.ts";
import { openNode, type OpenedNode } from "./opened-log.ts";

interface Step {
  readonly kind: "msg" | "edit" | "delete" | "react" | "again" | "ref reused";
  readonly uid: string;
  /** Which of the first two does it. */
  readonly node: number;
  readonly on: number;
  readonly emoji: string;
}

/** An act at one of two nodes. Epoch messages take the first place, so most of these name what is or may be a message. */
export const anyStep: { [Field in keyof Step]: fc.Arbitrary<Step[Field]> } = {
  kind: fc.constantFrom("msg", "msg", "msg", "edit", "delete", "react", "again", "ref reused"),
  uid: fc.constantFrom("ann", "bob"),
  node: fc.nat(1),
  on: fc.nat(30),
  emoji: fc.constantFrom("👍", "🎉"),
};

/** Before a step's act: what else happens to the nodes, which may put others in their places, or add some. */
export type Happening<Special> = (
  step: Step & Special,
  nodes: OpenedNode[],
  open: () => Promise<OpenedNode>,
) => Promise<void>;

/** Does all steps, `numRuns` times other ones. @throws at the least that makes files differ */
export async function filesStayEqual<Special>(
  t: TestContext,
  steps: fc.Arbitrary<(Step & Special)[]>,
  numRuns: number,
  happens: Happening<Special>,
): Promise<void> {
  const nats = await startNats(t);
  if (nats === undefined) return;
  let run = 0;
  const property = fc.asyncProperty(steps, async (all) => {
    run += 1;
    const open = (): Promise<OpenedNode> => openNode(t, nats.url, { prefix: `run${run}` });
    const nodes = [await open(), await open()];
    const done: Act[] = [];
    for (const step of all) {
      await happens(step, nodes, open);
      const act = actOf(step, done);
      done.push(act);
      await nodes[step.node]?.log.append(act);
    }
    const last = await open();
    await atEnd([...nodes, last]);
    for (const node of nodes) assert.deepEqual(contentOf(node), contentOf(last));
    for (const { log, link } of [...nodes, last]) {
      await log.close();
      await link.close();
    }
  });
  await fc.assert(property, { numRuns });
}

function actOf({ kind, uid, on, emoji }: Step, done: readonly Act[]): Act {
  const before = done[on % Math.max(1, done.length)];
  switch (kind) {
    case "edit":
      return edit(on, `edit of ${on}`, { uid });
    case "delete":
      return deletion(on, { uid });
    case "react":
      return react(on, emoji, { uid });
    case "again":
      return before ?? message("first", { uid });
    case "ref reused":
      return message("another", before === undefined ? { uid } : { uid: before.uid, ref: before.ref });
    case "msg":
      return message(`message ${on}`, { uid });
  }
}
