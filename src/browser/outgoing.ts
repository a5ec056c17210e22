/**
 * One act on its way to the server: said in the protocol's own words but for its ref, and how the browser's store
 * holds it. Also reads what earlier pages stored, which knew messages only.
 */
import type { FrameOf } from "../protocol/client-frames.ts";
import type { Ref, Seq, UnixMs } from "../protocol/events.ts";

const staleMs = 7 * 24 * 3600 * 1000;

type ActName = "message" | "edit" | "delete" | "react";
type ActOf<A extends ActName> = Omit<FrameOf<A>, "ref">;
export type OutgoingAct = { [A in ActName]: ActOf<A> }[ActName];

export interface Outgoing<A extends OutgoingAct = OutgoingAct> {
  readonly ref: Ref;
  readonly act: A;
  /** When it was asked for. */
  readonly at: UnixMs;
  /** The server may hold it already, so it cannot be taken back. */
  readonly wentOut?: true;
  readonly status:
    | { readonly state: "queued" }
    | { readonly state: "sent"; readonly deadline: UnixMs }
    | { readonly state: "failed"; readonly reason: string }
    /** Kept by the server; shown until its event has come. */
    | { readonly state: "kept"; readonly seq: Seq };
}

export type OutgoingMessage = Outgoing<ActOf<"message">>;
export type OutgoingEdit = Outgoing<ActOf<"edit">>;

export function isMessage(item: Outgoing): item is OutgoingMessage {
  return item.act.action === "message";
}

export function isEdit(item: Outgoing): item is OutgoingEdit {
  return item.act.action === "edit";
}

export function isPending({ status }: Outgoing): boolean {
  return status.state === "queued" || status.state === "sent";
}

export function canBeTakenBack({ status, wentOut }: Outgoing): boolean {
  return status.state === "queued" && wentOut === undefined;
}

/** Too old to be sent without asking. */
export function isStale({ at }: Outgoing, now: UnixMs): boolean {
  return now - at > staleMs;
}

export function toStored({ act, at, wentOut, status }: Outgoing): string {
  const failed = status.state === "failed" ? { failed: status.reason } : {};
  return JSON.stringify({ act, at, wentOut, ...failed });
}

export function readStored(ref: Ref, written: string | undefined): Outgoing | undefined {
  if (written === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(written);
    if (typeof value !== "object" || value === null) return undefined;
    const stored = value as {
      act?: unknown;
      text?: unknown;
      at?: unknown;
      failed?: unknown;
      wentOut?: unknown;
    };
    const { text, at, failed } = stored;
    const act = readAct(stored.act ?? { action: "message", message: text });
    if (act === undefined || typeof at !== "number") return undefined;
    const isFailed = typeof failed === "string";
    const status: Outgoing["status"] = isFailed ? { state: "failed", reason: failed } : { state: "queued" };
    return { ref, act, at, ...(stored.wentOut === true && { wentOut: true }), status };
  } catch {
    return undefined; // Not ours, or half written by a dying browser: there is no text to save in it.
  }
}

type Fields = Readonly<Record<"action" | "message" | "reply_to" | "target" | "emoji" | "on", unknown>>;
const noFields = {
  action: undefined,
  message: undefined,
  reply_to: undefined,
  target: undefined,
  emoji: undefined,
  on: undefined,
};

function readAct(value: unknown): OutgoingAct | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { action, message, reply_to, target, emoji, on }: Fields = { ...noFields, ...value };
  if (action === "message" && typeof message === "string") {
    return { action, message, ...(typeof reply_to === "number" && { reply_to }) };
  }
  if (typeof target !== "number") return undefined;
  if (action === "edit" && typeof message === "string") return { action, target, message };
  if (action === "delete") return { action, target };
  if (action !== "react" || typeof emoji !== "string" || typeof on !== "boolean") return undefined;
  return { action, target, emoji, on };
}
