/**
 * The people of the other nodes as they tell of them: every node's whole state, kept up by changes. A gap in what a
 * node tells is noticed by its version and mended by asking for all of it; a node not heard of is gone with its people.
 */
import type { Standing } from "../chat/other-nodes.ts";
import type { Uid } from "../protocol/events.ts";
import type { Change, NodeId, PresenceNote } from "./presence-notes.ts";

/** As long as somebody may be away without having left: five beats, and what a node's reconnecting takes. */
const silentForMs = 10_000;
/** Asked again if nothing came. */
const askEveryMs = 2_000;

type Rooms = Map<string, Map<Uid, Standing>>;

interface Node {
  version: number;
  rooms: Rooms;
  heardMs: number;
  askedMs: number;
  /** Parts of an answer that is not complete. */
  parts: Change[][];
}

export interface RemotePeopleOptions {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly onChanged: (room: string, uid: Uid) => void;
  readonly ask: (node: NodeId) => void;
  readonly onNode: (node: NodeId, is: "here" | "gone") => void;
}

export class RemotePeople {
  readonly #options: RemotePeopleOptions;
  readonly #nodes = new Map<NodeId, Node>();
  #sweptMs: number;

  constructor(options: RemotePeopleOptions) {
    this.#options = options;
    this.#sweptMs = options.now();
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  standings(room: string, uid: Uid): Standing[] {
    return [...this.#nodes.values()].flatMap(({ rooms }) => rooms.get(room)?.get(uid) ?? []);
  }

  people(room: string): Map<Uid, Standing[]> {
    const people = new Map<Uid, Standing[]>();
    for (const { rooms } of this.#nodes.values()) {
      for (const [uid, standing] of rooms.get(room) ?? []) {
        people.set(uid, [...(people.get(uid) ?? []), standing]);
      }
    }
    return people;
  }

  hear(note: PresenceNote): void {
    const node = this.#node(note.node);
    node.heardMs = this.#options.now();
    if (note.kind === "beat" && note.version !== node.version) this.#ask(note.node, node);
    if (note.kind === "changes") this.#hearChanges(node, note);
    if (note.kind === "everybody") this.#hearEverybody(node, note);
  }

  /** To be called about every second: whoever was not heard of for long is gone. */
  sweep(): void {
    const nowMs = this.#options.now();
    const stoodStill = nowMs - this.#sweptMs > silentForMs / 2;
    this.#sweptMs = nowMs;
    for (const [id, node] of this.#nodes) {
      // What was said while this process stood still is not read yet.
      if (stoodStill) node.heardMs = nowMs;
      else if (nowMs - node.heardMs > silentForMs) this.#drop(id, node);
    }
  }

  #node(id: NodeId): Node {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const node: Node = { version: 0, rooms: new Map(), heardMs: 0, askedMs: -Infinity, parts: [] };
    this.#nodes.set(id, node);
    this.#options.onNode(id, "here");
    return node;
  }

  #hearChanges(node: Node, note: Extract<PresenceNote, { kind: "changes" }>): void {
    if (note.version <= node.version) return;
    if (note.version > node.version + 1) {
      this.#ask(note.node, node);
      return;
    }
    node.version = note.version;
    for (const [room, uid, standing] of note.changes) this.#set(node, room, uid, standing);
  }

  #hearEverybody(node: Node, note: Extract<PresenceNote, { kind: "everybody" }>): void {
    if (note.part === 0) node.parts = [];
    if (note.part !== node.parts.length || note.version < node.version) return;
    node.parts.push([...note.people]);
    if (node.parts.length < note.parts) return;
    const told = node.parts.flat();
    node.parts = [];
    node.version = note.version;
    node.askedMs = -Infinity;
    this.#replace(node, told);
  }

  /** Only what differs is news. */
  #replace(node: Node, told: readonly Change[]): void {
    const present = new Set(told.map(([room, uid]) => `${room} ${uid}`));
    for (const [room, uid] of everybodyOf(node.rooms)) {
      if (!present.has(`${room} ${uid}`)) this.#set(node, room, uid, null);
    }
    for (const [room, uid, standing] of told) this.#set(node, room, uid, standing);
  }

  #set(node: Node, room: string, uid: Uid, standing: Standing | null): void {
    const people = node.rooms.get(room) ?? new Map<Uid, Standing>();
    if (isSame(people.get(uid), standing ?? undefined)) return;
    if (standing === null) people.delete(uid);
    else people.set(uid, standing);
    if (people.size === 0) node.rooms.delete(room);
    else node.rooms.set(room, people);
    this.#options.onChanged(room, uid);
  }

  #ask(id: NodeId, node: Node): void {
    const nowMs = this.#options.now();
    if (nowMs - node.askedMs < askEveryMs) return;
    node.askedMs = nowMs;
    this.#options.ask(id);
  }

  #drop(id: NodeId, node: Node): void {
    this.#nodes.delete(id);
    this.#options.onNode(id, "gone");
    for (const [room, uid] of everybodyOf(node.rooms)) this.#options.onChanged(room, uid);
  }
}

function isSame(a: Standing | undefined, b: Standing | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.id === b.id && a.name === b.name && a.came_at === b.came_at && a.named_at === b.named_at;
}

export function everybodyOf(rooms: ReadonlyMap<string, ReadonlyMap<Uid, Standing>>): Change[] {
  return [...rooms].flatMap(([room, people]) =>
    [...people].map(([uid, standing]): Change => [room, uid, standing]),
  );
}
