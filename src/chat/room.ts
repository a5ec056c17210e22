/**
 * One room: the article's `lastUserId`, `userMap` and `connectionMap`, the people behind them, and the way an event
 * takes from the log's feed to every member. It exists only while somebody is in it.
 */
import type { Dialect } from "../protocol/client-frames.ts";
import { closes, type Close } from "../protocol/close-codes.ts";
import type { ChatEvent, Seq, Uid } from "../protocol/events.ts";
import type { ErrorFrame, Person } from "../protocol/server-frames.ts";
import type { Metrics } from "../metrics.ts";
import type { MessageLog } from "../message-log/message-log.ts";
import type { Caller } from "../websocket/caller.ts";
import { jsonFrame } from "../websocket/frame.ts";
import type { SharedWrite } from "../websocket/shared-write.ts";
import { Broadcast } from "./broadcast.ts";
import { CatchUp } from "./catch-up.ts";
import type { Crowding } from "./crowding.ts";
import { Member } from "./member.ts";
import type { OtherNodes, Standing } from "./other-nodes.ts";
import { outgoingEvent, type Outgoing } from "./outgoing.ts";
import { People } from "./people.ts";
import { PresenceNews } from "./presence-news.ts";
import type { FrameCache, RecentFrames } from "./recent-frames.ts";
import { SharedPeople } from "./shared-people.ts";
import type { Turns } from "../turns.ts";
import { typingFrame } from "./typing.ts";

/** A reload or a short loss of the network is not a departure. */
const graceMs = 10_000;

export interface RoomOptions {
  readonly name: string;
  readonly log: MessageLog;
  readonly metrics: Metrics;
  readonly cache: FrameCache;
  readonly turns: Turns;
  readonly shared: SharedWrite;
  readonly crowding: Crowding;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Where the chat has several nodes. */
  readonly others?: OtherNodes;
  /** Called when the last person has left this node. */
  readonly onEmpty: () => void;
  readonly onFailure: (event: string, error: unknown) => void;
}

export interface Newcomer {
  readonly caller: Caller;
  readonly dialect: Dialect;
  readonly uid: Uid;
  readonly nameFor: (id: number) => string;
  /** A number taken for them over all nodes; without one the room's next. */
  readonly number?: number;
}

export class Room {
  readonly name: string;
  lastUserId = 0;
  /** Connection to the article's number of its person. */
  readonly userMap = new Map<string, number>();
  readonly connectionMap = new Map<string, Member>();
  readonly people = new People();
  readonly news: PresenceNews;
  readonly crowding: Crowding;
  readonly #options: RoomOptions;
  readonly #broadcast: Broadcast;
  readonly #recent: RecentFrames;
  readonly #catchUp: CatchUp;
  readonly #departures = new Map<Uid, NodeJS.Timeout>();
  readonly #shared: SharedPeople | undefined;

  constructor(options: RoomOptions) {
    const { name, log, metrics, cache, turns, shared, now, others } = options;
    this.name = name;
    this.#options = options;
    this.crowding = options.crowding;
    this.#recent = cache.open(log.head);
    this.#broadcast = new Broadcast({
      members: this.connectionMap,
      onBehind: (member) => {
        metrics.fellBehind.inc();
        this.#catchUp.begin(member);
      },
      shared,
      onFlushed: (tookMs) => metrics.flushed(tookMs),
      head: log.head,
      now,
    });
    this.#catchUp = new CatchUp({
      room: name,
      log,
      broadcast: this.#broadcast,
      recent: this.#recent,
      turns,
      onMissed: (member) => this.#refresh(member),
      onFailure: (member, error) => this.#abandon(member, error),
    });
    this.news = new PresenceNews(this.people, this.#broadcast);
    if (others !== undefined) this.#shared = this.#share(others);
  }

  /** People of this node, each once. */
  get peopleHere(): number {
    return this.people.connected + this.#departures.size;
  }

  /** Counts a connection in. Its member is told nothing before `follow`. */
  enter(newcomer: Newcomer): Member {
    const { caller, dialect, uid } = newcomer;
    // A newcomer is told of its own coming, as the article does, but not of those who came before it.
    const position = this.#broadcast.end;
    clearTimeout(this.#departures.get(uid));
    const isBack = this.#departures.delete(uid);
    const person = this.people.find(uid) ?? this.#arrive(newcomer);
    if (this.people.countConnection(uid, 1) === 1 && !isBack) this.#shared?.arrived(person);
    const member = new Member(caller, dialect, uid, this.#options.log.head, position);
    this.userMap.set(caller.connectionId, person.id);
    this.connectionMap.set(caller.connectionId, member);
    return member;
  }

  /** From here on the member is told everything, from `since` or, without one, from now. */
  follow(member: Member, since?: Seq): void {
    if (since === undefined) {
      member.goLive(member.position);
    } else {
      member.sent = since;
      this.#catchUp.begin(member);
    }
  }

  /**
   * Counts a connection out. Its person leaves with the last one, unless they are back within ten seconds.
   * @param canReturn nobody becomes a person again who had no key
   */
  leave(member: Member, canReturn: boolean): void {
    this.userMap.delete(member.caller.connectionId);
    this.connectionMap.delete(member.caller.connectionId);
    this.#catchUp.end(member);
    if (this.people.countConnection(member.uid, -1) > 0) return;
    if (!canReturn) {
      this.#depart(member.uid);
      return;
    }
    const timer = setTimeout(() => this.#depart(member.uid), graceMs);
    this.#departures.set(member.uid, timer.unref());
  }

  /** Takes an event from the log's feed to everybody. */
  broadcast(event: ChatEvent): void {
    if (event.type === "msg") this.people.noteSpoke(event.uid);
    if (event.type === "delete") {
      // A deleted text must not be told again from memory; the log tells its tombstone.
      this.#recent.clear();
      this.#catchUp.forget();
    }
    const outgoing = { ...outgoingEvent(event), seq: event.seq };
    this.#recent.append(outgoing);
    this.#broadcast.send(outgoing);
  }

  /** Tells everybody something that is not kept. */
  tell(outgoing: Outgoing): void {
    this.#broadcast.send(outgoing);
  }

  /** Tells everybody on every node. */
  typing(uid: Uid, name: string): void {
    this.tell(typingFrame(uid, name));
    this.#options.others?.typing(this.name, uid, name);
  }

  /** Tells one member, after what the room was told before; `last` closes its connection behind it. */
  answer(member: Member, frame: Buffer, last?: Close): void {
    member.answer(frame, this.#broadcast.end, last);
  }

  close(): void {
    for (const timer of this.#departures.values()) clearTimeout(timer);
    this.#departures.clear();
    this.news.close();
    this.#broadcast.close();
    this.#options.cache.close(this.#recent);
  }

  /** Somebody was given another name, as they asked. */
  renamed(person: Person): void {
    this.news.renamed(person);
    this.#shared?.renamed(person);
  }

  /** Where the news of other nodes' people arrives. */
  onPersonElsewhere(uid: Uid, standings: readonly Standing[]): void {
    for (const { id } of standings) this.lastUserId = Math.max(this.lastUserId, id);
    this.#shared?.onPerson(uid, standings);
  }

  #arrive({ uid, nameFor, number = this.lastUserId + 1 }: Newcomer): Person {
    this.lastUserId = Math.max(this.lastUserId, number);
    const person = this.people.add(number, uid, nameFor(number));
    this.news.joined(person);
    return person;
  }

  #depart(uid: Uid): void {
    const person = this.people.find(uid);
    if (person === undefined) return;
    this.#departures.delete(uid);
    if (this.#shared?.departed(uid) !== true) {
      this.people.remove(uid);
      this.news.left(person);
    }
    if (this.peopleHere === 0) this.#options.onEmpty();
  }

  #share(others: OtherNodes): SharedPeople {
    const { people, news, name } = this;
    const onChanged = (person: Person, isRenamed: boolean): void => this.#tellOf(person, isRenamed);
    const shared = new SharedPeople({ room: name, people, news, others, onChanged });
    for (const { id } of people.all()) this.lastUserId = Math.max(this.lastUserId, id);
    return shared;
  }

  /** Another node had its say in what somebody here is called or numbered. */
  #tellOf(person: Person, isRenamed: boolean): void {
    const taken: ErrorFrame = {
      type: "error",
      code: "name_taken",
      message: `You are called "${person.name}" here.`,
    };
    for (const [connectionId, member] of this.connectionMap) {
      if (member.uid !== person.uid) continue;
      this.userMap.set(connectionId, person.id);
      if (member.dialect === "plain") continue;
      if (isRenamed) this.answer(member, jsonFrame(taken));
      this.answer(member, this.news.renamedFrame(person));
    }
  }

  /** Presence is not in the log, so a member that was behind is told it whole. */
  #refresh(member: Member): void {
    const frame = member.dialect === "plain" ? this.news.usersFrame() : this.news.wholeFrame(member.uid);
    this.answer(member, frame);
  }

  #abandon(member: Member, error: unknown): void {
    this.#options.onFailure("catch_up_failed", error);
    member.caller.close(closes.handlerFailed);
  }
}
