/**
 * What a room's clients said, were promised and were shown, against what the log holds in the end. `faults` names
 * every difference: lost, doubled, out of order, a gap in somebody's view, an acknowledgement of another number.
 */
import type { ChatEvent, MessageEvent, Ref, Seq } from "../../src/protocol/events.ts";

interface Said {
  readonly writer: string;
  readonly ref: Ref;
  readonly text: string;
}

/** What the log tells in the end, by its two ways out: the pages over HTTP, and `since: 0` on a socket. */
export interface Kept {
  readonly pages: readonly MessageEvent[];
  readonly resumed: readonly MessageEvent[];
}

/** A test of fourteen megabytes took 29 s in all on a machine that had more to do. */
const patienceMs = 60_000;
const maxFaultsTold = 20;

export class Ledger {
  readonly #said: Said[] = [];
  #acks: { readonly ref: Ref; readonly seq: Seq }[] = [];
  readonly #views = new Map<string, MessageEvent[]>();
  readonly #complaints: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #patienceMs: number;

  constructor(withinMs = patienceMs) {
    this.#patienceMs = withinMs;
  }

  get ackCount(): number {
    return this.#acks.length;
  }

  acknowledgedRefs(): readonly Ref[] {
    return this.#acks.map(({ ref }) => ref);
  }

  said(writer: string, ref: Ref, text: string): void {
    this.#said.push({ writer, ref, text });
  }

  acknowledged(ref: Ref, seq: Seq): void {
    this.#acks.push({ ref, seq });
    this.#changed();
  }

  saw(reader: string, event: ChatEvent): void {
    if (event.type === "msg") this.view(reader).push(event);
    this.#changed();
  }

  /** A reset: the reader dropped what it held and fetched these instead. */
  startedOver(reader: string, messages: readonly MessageEvent[]): void {
    this.#views.set(reader, [...messages]);
    this.#changed();
  }

  /** Something no client should ever meet. */
  complain(what: string): void {
    this.#complaints.push(what);
    this.#changed();
  }

  /** An older copy of the log is in place, which keeps these: what was promised of the others is void. */
  takeBack(kept: ReadonlySet<Ref>): void {
    this.#acks = this.#acks.filter(({ ref }) => kept.has(ref));
  }

  /** Something else changed that a condition may ask for. */
  note(): void {
    this.#changed();
  }

  view(reader: string): MessageEvent[] {
    const view = this.#views.get(reader) ?? [];
    this.#views.set(reader, view);
    return view;
  }

  /** Resolves when something that was recorded makes the condition true. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const late = (): void =>
      reject(new Error(`not within ${this.#patienceMs} ms: ${what}\n${this.#summary()}`));
    const timer = setTimeout(late, this.#patienceMs);
    const look = (): void => {
      if (condition()) resolve(undefined);
    };
    this.#waiting.add(look);
    look();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(look);
    });
  }

  /** Every way in which the promises were not kept, one readable line each. */
  faults({ pages, resumed }: Kept): string[] {
    const shown = [...this.#views].flatMap(([reader, view]) => differences(reader, view, pages));
    return [
      ...this.#complaints,
      ...repeats("the log", pages),
      ...differences("since: 0", resumed, pages),
      ...this.#broken(new Map(pages.map((message) => [message.ref, message]))),
      ...this.#disorder(pages),
      ...shown,
    ];
  }

  /** @throws Error with the list of faults, if there are any */
  verify(kept: Kept): void {
    const faults = this.faults(kept);
    if (faults.length === 0) return;
    const more = faults.length > maxFaultsTold ? [`… and ${faults.length - maxFaultsTold} more`] : [];
    const lines = [`${faults.length} faults; ${this.#summary()}`, ...faults.slice(0, maxFaultsTold), ...more];
    throw new Error(lines.join("\n  "));
  }

  /** Acknowledgements against what is kept. */
  #broken(kept: ReadonlyMap<Ref, MessageEvent>): string[] {
    const faults: string[] = [];
    for (const { ref, seq } of this.#acks) {
      const message = kept.get(ref);
      if (message === undefined) faults.push(`lost: ${ref} was acknowledged as ${seq} and is not kept`);
      else if (message.seq !== seq) faults.push(`${ref} was acknowledged as ${seq} but is ${message.seq}`);
    }
    return faults;
  }

  /** What is kept against what was said: the same texts, each writer's in the order of saying. */
  #disorder(kept: readonly MessageEvent[]): string[] {
    const said = new Map(this.#said.map((each, at) => [each.ref, { ...each, at }]));
    const reached = new Map<string, number>();
    const faults: string[] = [];
    for (const { ref, seq, msg } of kept) {
      const source = said.get(ref);
      if (source === undefined) faults.push(`${seq} (${ref}) was said by nobody`);
      else {
        if (source.text !== msg) faults.push(`the text of ${seq} (${ref}) is not what was said`);
        const before = reached.get(source.writer) ?? -1;
        if (source.at < before) faults.push(`out of order: ${seq} (${ref}) was said before what precedes it`);
        reached.set(source.writer, Math.max(before, source.at));
      }
    }
    return faults;
  }

  #summary(): string {
    const views = [...this.#views].map(([reader, view]) => `${reader} saw ${view.length}`);
    return `${this.#said.length} said, ${this.#acks.length} acknowledged, ${views.join(", ")}`;
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}

/** How one view of the room differs from what the log holds: gaps, repeats, another order, another text. */
function differences(who: string, view: readonly MessageEvent[], kept: readonly MessageEvent[]): string[] {
  const faults = repeats(who, view);
  const seen = new Map(view.map((message) => [message.seq, message]));
  const known = new Set(kept.map(({ seq }) => seq));
  for (const { seq, ref, msg } of kept) {
    const message = seen.get(seq);
    if (message === undefined) faults.push(`${who}: a gap at ${seq} (${ref})`);
    else if (message.ref !== ref || message.msg !== msg)
      faults.push(`${who}: ${seq} (${ref}) reads otherwise`);
  }
  for (const { seq, ref } of view) {
    if (!known.has(seq)) faults.push(`${who}: was shown ${seq} (${ref}), which is not kept`);
  }
  return faults;
}

function repeats(who: string, messages: readonly MessageEvent[]): string[] {
  const faults: string[] = [];
  const refs = new Set<Ref>();
  let last = 0;
  for (const { seq, ref } of messages) {
    if (refs.has(ref)) faults.push(`${who}: doubled ${seq} (${ref})`);
    else if (seq <= last) faults.push(`${who}: ${seq} (${ref}) came after ${last}`);
    refs.add(ref);
    last = Math.max(last, seq);
  }
  return faults;
}
