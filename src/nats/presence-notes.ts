/** What nodes tell each other of who is where. Whatever it does not know a node ignores, so versions can be mixed. */
import type { Standing } from "../chat/other-nodes.ts";
import type { Uid } from "../protocol/events.ts";

/** Of a process's life: a node that starts again is another one, and the old one's people leave in time. */
export type NodeId = string;

/** Nothing: they are not in this room any more. */
export type Change = readonly [room: string, uid: Uid, standing: Standing | null];

/** `version` counts what the node has told of its people since it started, as 0. */
export type PresenceNote =
  /** To all, every now and then. Who has another version asks. `is_new`: tell me yours. */
  | { readonly kind: "beat"; readonly node: NodeId; readonly version: number; readonly is_new?: true }
  /** To all: what makes of the version before this one. */
  | {
      readonly kind: "changes";
      readonly node: NodeId;
      readonly version: number;
      readonly changes: readonly Change[];
    }
  /** To one: tell me all your people. */
  | { readonly kind: "ask"; readonly node: NodeId }
  /** To who asked, in parts from 0 on that follow each other. */
  | {
      readonly kind: "everybody";
      readonly node: NodeId;
      readonly version: number;
      readonly part: number;
      readonly parts: number;
      readonly people: readonly Change[];
    }
  | {
      readonly kind: "typing";
      readonly node: NodeId;
      readonly room: string;
      readonly uid: Uid;
      readonly name: string;
    };

export function decodeNote(text: string): PresenceNote | undefined {
  try {
    const note = JSON.parse(text) as PresenceNote;
    return typeof note.kind === "string" && typeof note.node === "string" ? note : undefined;
  } catch {
    return undefined; // Nothing a node of ours says: somebody else publishes here.
  }
}
