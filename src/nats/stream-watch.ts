/**
 * Asks the stream's leader again and again whether it is there, so that a node without NATS, or cut off with a minority
 * of its servers, says so before anybody writes; and notices when the stream is not where this node's file has been.
 */
import { reasonOf } from "../message-log/reason.ts";
import type { NatsLink } from "./connection.ts";
import type { Following } from "./following.ts";
import { holdsWhatWeHave } from "./mending.ts";
import { infoOf } from "./stream.ts";
import type { LogStream } from "./stream.ts";

const intervalMs = 1_000;
/** A leader that was just elected may say less for a moment than it has. */
const timesGoneBack = 3;
/** A leader that is only changing is back before that: what is appended meanwhile waits. */
const hopelessMs = 10_000;
/** The stream is further and nothing came for so long. */
const stuckMs = 2_000;

export class StreamWatch {
  readonly #link: Pick<NatsLink, "state">;
  readonly #stream: LogStream;
  readonly #following: Pick<Following, "followed" | "beginAnew">;
  readonly #onWentBack: () => void;
  #trouble: { readonly reason: string; readonly sinceMs: number } | undefined;
  #stuck: { readonly place: number; readonly sinceMs: number } | undefined;
  readonly #timer: NodeJS.Timeout;
  #isAsking = false;
  /** Where the file was when we asked last. */
  #place: number;
  #goneBack = 0;

  constructor(
    link: Pick<NatsLink, "state">,
    stream: LogStream,
    following: Pick<Following, "followed" | "beginAnew">,
    onWentBack: () => void,
  ) {
    this.#link = link;
    this.#stream = stream;
    this.#following = following;
    this.#place = following.followed.place;
    this.#onWentBack = onWentBack;
    this.#timer = setInterval(() => void this.#ask(), intervalMs);
  }

  /** Why nothing can be appended now, if so. */
  get trouble(): string | undefined {
    const { state } = this.#link;
    return state.state === "away" ? `NATS is away: ${state.reason}` : this.#trouble?.reason;
  }

  /** Whether it has been so for longer than an append waits. */
  get isHopeless(): boolean {
    const { state } = this.#link;
    const sinceMs = state.state === "away" ? state.sinceMs : this.#trouble?.sinceMs;
    return sinceMs !== undefined && performance.now() - sinceMs > hopelessMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#link.state.state === "away") return;
    this.#isAsking = true;
    this.#become(await this.#troubleNow());
    this.#isAsking = false;
  }

  async #troubleNow(): Promise<string | undefined> {
    const before = this.#place;
    this.#place = this.#following.followed.place;
    try {
      const info = await infoOf(this.#stream);
      // A server that lost sight of the others tells what it held, of a stream without a leader.
      const isLed = info?.cluster === undefined || (info.cluster.leader ?? "") !== "";
      if (!isLed) return "the log's stream has no leader (no quorum)";
      this.#mindDelay(info?.state.last_seq ?? 0, this.#following.followed.place);
      const isWhole = await holdsWhatWeHave(this.#stream, this.#following.followed);
      this.#goneBack = isWhole ? 0 : this.#goneBack + 1;
      if (this.#goneBack === timesGoneBack) this.#onWentBack();
      return isWhole ? undefined : "the stream in NATS went back";
    } catch (error) {
      // While the servers elect who answers questions the stream goes on: what came since was appended since.
      if (this.#following.followed.place > before) return undefined;
      return `the log's stream has no leader that answers (no quorum): ${reasonOf(error)}`;
    }
  }

  /** A consumer on a server that fell behind hands over nothing more and looks well: a new one may be elsewhere. */
  #mindDelay(last: number, place: number): void {
    if (last <= place) this.#stuck = undefined;
    else if (this.#stuck?.place !== place) this.#stuck = { place, sinceMs: performance.now() };
    else if (performance.now() - this.#stuck.sinceMs > stuckMs) {
      this.#stuck = undefined;
      this.#following.beginAnew();
    }
  }

  #become(reason: string | undefined): void {
    if (reason === undefined) this.#trouble = undefined;
    else this.#trouble = { reason, sinceMs: this.#trouble?.sinceMs ?? performance.now() };
  }
}
