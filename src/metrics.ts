/**
 * What an operator's Prometheus is told: counts and times of the whole server, with labels of a few known values, so
 * never a room, a person or an address. Counting costs an addition; the rest is worked out when somebody asks.
 */
import { setTimeout as delay } from "node:timers/promises";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { closeLabels } from "./protocol/close-codes.ts";
import { errorCodes, type ErrorCode } from "./protocol/error-codes.ts";
import type { ChatEvent } from "./protocol/events.ts";

/** Read when somebody asks. */
export interface MetricsSources {
  readonly connections: () => number;
  readonly people: () => number;
  readonly rooms: () => number;
  /** Clients that are fed from the log, because they read too slowly or have just come back. */
  readonly lagging: () => number;
  readonly logState: () => LogState;
}

const logStates = ["ok", "degraded", "unavailable"] as const;
type LogState = (typeof logStates)[number];
const eventTypes = ["msg", "edit", "delete", "react"] as const satisfies readonly ChatEvent["type"][];
const codes = Object.keys(errorCodes) as ErrorCode[];

/** Up to 0.5 ms is a good disk, from 5 s on people think it broken. */
const diskSeconds = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const turnSeconds = [0.00005, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const answerSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** So much that asking all day costs nothing, so little that no graph shows it. */
const freshMs = 500;
/** Several looks of the monitor, which has one every 10 ms. */
const firstLookMs = 50;

export class Metrics {
  readonly #registry = new Registry();
  #text: { readonly atMs: number; readonly made: Promise<string> } | undefined;
  #measuring: Promise<void> | undefined;

  /** Kept and told to everybody. */
  readonly events = this.#tally("confab_events_total", "Events kept, by type", "type", eventTypes);
  readonly appends = this.#tally(
    "confab_appends_total",
    "Acts people asked to be kept, by what became of them",
    "outcome",
    ["kept", "repeat", ...codes],
  );
  readonly refusedFrames = this.#tally(
    "confab_refused_frames_total",
    "Frames answered with an error",
    "code",
    codes,
  );
  readonly closes = this.#tally("confab_closes_total", "Connections ended, by code", "code", closeLabels);
  readonly upgrades = this.#tally<number>(
    "confab_upgrades_total",
    "Upgrade requests, by the status of the answer",
    "status",
    [101],
  );
  readonly requests = this.#tally<number>(
    "confab_http_requests_total",
    "HTTP requests, by status",
    "status",
    [200, 404],
  );
  readonly fellBehind = new Counter({
    name: "confab_fell_behind_total",
    help: "Times a client read so slowly that it had to be fed from the log",
    registers: [this.#registry],
  });
  readonly #appendSeconds = this.#histogram(
    "confab_append_seconds",
    "From asking to being kept and told",
    diskSeconds,
  );
  readonly #commitSeconds = this.#histogram(
    "confab_commit_seconds",
    "One durable commit, in the writer thread",
    diskSeconds,
  );
  readonly #flushSeconds = this.#histogram(
    "confab_fan_out_seconds",
    "Telling a room what one flush holds",
    turnSeconds,
  );
  readonly #answerSeconds = this.#histogram(
    "confab_http_request_seconds",
    "From a request to its whole answer",
    answerSeconds,
  );

  /** From here on the sources are asked, too. */
  watch({ logState, ...sources }: MetricsSources): void {
    this.#gauge("confab_connections", "Sockets open", sources.connections);
    this.#gauge("confab_people", "People present, in all rooms", sources.people);
    this.#gauge("confab_rooms", "Rooms somebody is in", sources.rooms);
    this.#gauge("confab_lagging_readers", "Clients that are fed from the log just now", sources.lagging);
    const gauge = new Gauge({
      name: "confab_log_state",
      help: "1 for the state the log is in: degraded keeps nothing new, unavailable cannot be read",
      labelNames: ["state"],
      registers: [this.#registry],
      collect: () => {
        const present = logState();
        for (const state of logStates) gauge.set({ state }, state === present ? 1 : 0);
      },
    });
  }

  appended(tookMs: number): void {
    this.#appendSeconds.observe(tookMs / 1_000);
  }

  committed(tookMs: number): void {
    this.#commitSeconds.observe(tookMs / 1_000);
  }

  flushed(tookMs: number): void {
    this.#flushSeconds.observe(tookMs / 1_000);
  }

  answered(status: number, tookMs: number): void {
    this.requests.add(status);
    this.#answerSeconds.observe(tookMs / 1_000);
  }

  /** Prometheus' text format. The event loop is measured from the first time somebody asks. */
  async text(): Promise<string> {
    await (this.#measuring ??= this.#measure());
    const nowMs = performance.now();
    if (this.#text === undefined || nowMs - this.#text.atMs > freshMs) {
      this.#text = { atMs: nowMs, made: this.#registry.metrics() };
    }
    return await this.#text.made;
  }

  /** Until the event loop was looked at for a moment, its least delay is told as 292 years and its mean as no number. */
  async #measure(): Promise<void> {
    const { user, system } = process.cpuUsage();
    collectDefaultMetrics({ register: this.#registry });
    this.#addCpu("_user", user);
    this.#addCpu("_system", system);
    this.#addCpu("", user + system);
    await delay(firstLookMs);
  }

  /** It is counted from now on, and what the start took would be missing. */
  #addCpu(kind: string, microseconds: number): void {
    const counter = this.#registry.getSingleMetric(`process_cpu${kind}_seconds_total`);
    if (counter instanceof Counter) counter.inc(microseconds / 1e6);
  }

  #tally<Value extends string | number>(
    name: string,
    help: string,
    label: string,
    known: readonly Value[],
  ): Tally<Value> {
    const tally = new Tally(known);
    const counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect: () => {
        counter.reset();
        for (const [value, count] of tally.counts) counter.inc({ [label]: value }, count);
      },
    });
    return tally;
  }

  #gauge(name: string, help: string, read: () => number): void {
    const registers = [this.#registry];
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()) });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.#registry] });
  }
}

/** Adds up, for each value of a label that has few. */
export class Tally<Value extends string | number> {
  readonly counts = new Map<Value, number>();

  /** @param known counted from 0, so that the first of its kind is seen to be one more */
  constructor(known: readonly Value[]) {
    for (const value of known) this.counts.set(value, 0);
  }

  add(value: Value): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }
}
