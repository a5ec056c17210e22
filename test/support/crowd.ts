/** Writers who talk without end and readers who only listen, in one room, until a test has had enough of it. */
import type { TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MessageEvent } from "../../src/protocol/events.ts";
import { everyMessage } from "./events-pages.ts";
import { Ledger } from "./ledger.ts";
import { seededRandom } from "./seeded-random.ts";
import { SteadyClient, type SteadyClientOptions } from "./steady-client.ts";

export interface CrowdOptions extends Partial<Pick<SteadyClientOptions, "window" | "silenceMs">> {
  readonly room?: string;
  readonly writers: number;
  readonly readers: number;
  /** Where the server is, and where the clients find it, if a proxy is in between. */
  readonly server: () => string;
  readonly through?: (client: number) => string;
  /** What each message carries beside its number. */
  readonly padding?: string;
  readonly seed?: number;
  /** How long anything a test waits for may take, if not as usual. */
  readonly patienceMs?: number;
}

export class Crowd {
  readonly ledger: Ledger;
  readonly clients: readonly SteadyClient[];
  readonly #options: CrowdOptions;
  #isTalking = true;

  constructor(t: TestContext, options: CrowdOptions) {
    this.#options = options;
    this.ledger = new Ledger(options.patienceMs);
    const { writers, readers } = options;
    const names = [...numbered("writer", writers), ...numbered("reader", readers)];
    this.clients = names.map((name, at) => this.#client(name, at));
    t.after(() => this.#stop());
  }

  get writers(): readonly SteadyClient[] {
    return this.clients.slice(0, this.#options.writers);
  }

  get readers(): readonly SteadyClient[] {
    return this.clients.slice(this.#options.writers);
  }

  /** They connect, and the writers among them keep their queues filled until `settle`. */
  start(clients = this.clients): void {
    for (const client of clients) {
      client.line.start();
      if (this.writers.includes(client)) void this.#talk(client);
    }
  }

  /** Resolves after this many more acknowledgements. */
  async acknowledgements(count: number): Promise<void> {
    const enough = this.ledger.ackCount + count;
    await this.ledger.until(`${count} more acknowledgements`, () => this.ledger.ackCount >= enough);
  }

  /** Resolves when nobody says anything more, and all that was said is acknowledged. */
  async fallSilent(): Promise<void> {
    this.#isTalking = false;
    await this.ledger.until("every queue is empty", () => this.writers.every(({ waiting }) => waiting === 0));
  }

  talkAgain(): void {
    this.#isTalking = true;
    for (const writer of this.writers) void this.#talk(writer);
  }

  /**
   * Lets everybody finish: all that was said is acknowledged and everybody has seen it. Then compares everything.
   * @returns what the log holds
   */
  async settle(): Promise<readonly MessageEvent[]> {
    await this.fallSilent();
    const pages = await everyMessage(this.#options.server(), this.#room);
    const last = pages.at(-1)?.seq ?? 0;
    const hasAll = ({ name }: SteadyClient): boolean => (this.ledger.view(name).at(-1)?.seq ?? 0) >= last;
    await this.ledger.until("everybody has seen the last message", () => this.clients.every(hasAll));
    this.#stop();
    this.ledger.verify({ pages, resumed: await this.#fromTheStart(last) });
    return pages;
  }

  /** What a newcomer is told who asks for everything. */
  async #fromTheStart(last: number): Promise<readonly MessageEvent[]> {
    const ledger = new Ledger();
    const options = { name: "newcomer", room: this.#room, server: this.#options.server, ledger };
    const newcomer = new SteadyClient({ ...options, window: 1, silenceMs: 5_000, random: Math.random });
    newcomer.line.start();
    const view = (): readonly MessageEvent[] => ledger.view("newcomer");
    await ledger.until("a newcomer has everything", () => (view().at(-1)?.seq ?? 0) >= last);
    newcomer.stop();
    return view();
  }

  get #room(): string {
    return this.#options.room ?? "lobby";
  }

  async #talk(writer: SteadyClient): Promise<void> {
    const { window = 4, padding = "" } = this.#options;
    const mayGoOn = (): boolean => !this.#isTalking || writer.waiting < 2 * window;
    while (this.#isTalking) {
      writer.say(padding);
      await this.ledger.until(`${writer.name} may go on`, mayGoOn);
      await nextTurn();
    }
  }

  #client(name: string, at: number): SteadyClient {
    const { server, through = server, window = 4, silenceMs = 1_000, seed = 1 } = this.#options;
    const random = seededRandom(seed * 1_000 + at);
    return new SteadyClient({
      name,
      room: this.#room,
      server: () => through(at),
      ledger: this.ledger,
      window,
      silenceMs,
      random,
    });
  }

  #stop(): void {
    this.#isTalking = false;
    for (const client of this.clients) client.stop();
  }
}

function numbered(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${what}${at + 1}`);
}
