/**
 * Who is in which room, told between nodes over core NATS: what changed at once, a beat every two seconds, and all of
 * it only to a node that missed something. Nothing of it is kept; while NATS is away everybody sees their own node's.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Subscription } from "@nats-io/transport-node";
import type { OtherNodes, OtherNodesListener, Standing } from "../chat/other-nodes.ts";
import type { Uid } from "../protocol/events.ts";
import type { NatsLink } from "./connection.ts";
import { PersonNumbers } from "./person-numbers.ts";
import { decodeNote, type Change, type NodeId, type PresenceNote } from "./presence-notes.ts";
import { everybodyOf, RemotePeople } from "./remote-people.ts";

const beatEveryMs = 2_000;
const sweepEveryMs = 1_000;
/** What changes within this is told in one note: as long as a room collects its own joins. */
const collectMs = 10;
/** Who asks for everybody within this of each other is told the same bytes. */
const answerAfterMs = 50;
/** A start listens this long to who there is, before it lets people in. */
const listenMs = 250;
/** People in one note: below the megabyte that a NATS message may have, whatever their names. */
const peopleANote = 500;

export interface PresenceOptions {
  /** Until NATS is there, there are no other nodes. */
  readonly link: Promise<NatsLink>;
  readonly onNode: (node: NodeId, is: "here" | "gone") => void;
}

export class Presence implements OtherNodes {
  readonly #options: PresenceOptions;
  #link: NatsLink | undefined;
  #numbers: PersonNumbers | undefined;
  readonly #node: NodeId = randomBytes(9).toString("base64url");
  readonly #remote: RemotePeople;
  readonly #here = new Map<string, Map<Uid, Standing>>();
  #version = 0;
  /** By room and uid: what is not told yet. */
  #changes = new Map<string, Change>();
  #changesTimer: NodeJS.Timeout | undefined;
  readonly #asking = new Set<NodeId>();
  #answerTimer: NodeJS.Timeout | undefined;
  #timers: NodeJS.Timeout[] = [];
  #subscriptions: Subscription[] = [];
  #unfollow: () => void = () => undefined;
  #listener: OtherNodesListener = { onPerson: () => undefined, onTyping: () => undefined };

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#remote = new RemotePeople({
      now: () => performance.now(),
      onChanged: (room, uid) => this.#listener.onPerson(room, uid, this.#remote.standings(room, uid)),
      ask: (node) => this.#tell({ kind: "ask", node: this.#node }, node),
      onNode: options.onNode,
    });
  }

  /** Resolves when those who are there have had time to tell of their people. */
  async start(): Promise<void> {
    const link = await this.#options.link;
    this.#link = link;
    this.#numbers = new PersonNumbers(link);
    const subjects = [link.subject("presence"), link.subject("presence", this.#node)];
    const callback = (_error: Error | null, message: { string(): string }): void =>
      this.#hear(message.string());
    this.#subscriptions = subjects.map((subject) => link.connection.subscribe(subject, { callback }));
    this.#unfollow = link.onChange(({ state }) => {
      if (state === "connected") this.#beat();
    });
    this.#timers = [
      setInterval(() => this.#beat(), beatEveryMs).unref(),
      setInterval(() => this.#remote.sweep(), sweepEveryMs).unref(),
    ];
    this.#tell({ kind: "beat", node: this.#node, version: this.#version, is_new: true });
    await Promise.all([delay(listenMs), this.#numbers.prepare()]);
  }

  /** Says nothing of the people here: they are on their way to other nodes, and have until we are missed. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#changesTimer);
    clearTimeout(this.#answerTimer);
    this.#unfollow();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  get otherNodes(): number {
    return this.#remote.nodeCount;
  }

  follow(listener: OtherNodesListener): void {
    this.#listener = listener;
  }

  people(room: string): ReadonlyMap<Uid, readonly Standing[]> {
    return this.#remote.people(room);
  }

  present(room: string, standing: Standing): void {
    const people = this.#here.get(room) ?? new Map<Uid, Standing>();
    people.set(standing.uid, standing);
    this.#here.set(room, people);
    this.#changed([room, standing.uid, standing]);
  }

  absent(room: string, uid: Uid): void {
    const people = this.#here.get(room);
    people?.delete(uid);
    if (people?.size === 0) this.#here.delete(room);
    this.#changed([room, uid, null]);
  }

  typing(room: string, uid: Uid, name: string): void {
    this.#tell({ kind: "typing", node: this.#node, room, uid, name });
  }

  takeNumber(room: string, above: number): Promise<number | undefined> {
    return this.#numbers?.take(room, above) ?? Promise.resolve(undefined);
  }

  emptied(room: string, last: number): void {
    this.#numbers?.emptied(room, last);
  }

  #changed(change: Change): void {
    const [room, uid] = change;
    this.#changes.set(`${room} ${uid}`, change);
    this.#changesTimer ??= setTimeout(() => this.#tellChanges(), collectMs);
  }

  #tellChanges(): void {
    this.#changesTimer = undefined;
    const changes = [...this.#changes.values()];
    this.#changes = new Map();
    for (const some of inPieces(changes)) {
      this.#version += 1;
      this.#tell({ kind: "changes", node: this.#node, version: this.#version, changes: some });
    }
  }

  #beat(): void {
    this.#tell({ kind: "beat", node: this.#node, version: this.#version });
  }

  #hear(text: string): void {
    const note = decodeNote(text);
    if (note === undefined || note.node === this.#node) return;
    if (note.kind === "ask") this.#answerSoon(note.node);
    if (note.kind === "typing") this.#listener.onTyping(note.room, note.uid, note.name);
    else this.#remote.hear(note);
    if (note.kind === "beat" && note.is_new === true) {
      this.#tell({ kind: "beat", node: this.#node, version: this.#version }, note.node);
    }
  }

  #answerSoon(node: NodeId): void {
    this.#asking.add(node);
    this.#answerTimer ??= setTimeout(() => this.#tellEverybody(), answerAfterMs);
  }

  #tellEverybody(): void {
    this.#answerTimer = undefined;
    // What waits to be told is in what is told now: it counts as told with the next version.
    const pieces = inPieces(everybodyOf(this.#here));
    const parts = Math.max(1, pieces.length);
    for (let part = 0; part < parts; part += 1) {
      const note = { kind: "everybody", node: this.#node, version: this.#version, part, parts } as const;
      for (const node of this.#asking) this.#tell({ ...note, people: pieces[part] ?? [] }, node);
    }
    this.#asking.clear();
  }

  /** To one node or to all. What cannot be told now shows in our version later. */
  #tell(note: PresenceNote, to?: NodeId): void {
    const link = this.#link;
    if (link === undefined || link.state.state === "away" || link.connection.isClosed()) return;
    const subject = to === undefined ? link.subject("presence") : link.subject("presence", to);
    link.connection.publish(subject, JSON.stringify(note));
  }
}

function inPieces(changes: readonly Change[]): Change[][] {
  const pieces: Change[][] = [];
  for (let at = 0; at < changes.length; at += peopleANote) pieces.push(changes.slice(at, at + peopleANote));
  return pieces;
}
