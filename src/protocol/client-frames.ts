/** What a client may say: one JSON object a text frame, told apart by `action`. Unknown fields are ignored. */
import * as v from "valibot";
import type { ErrorCode } from "./error-codes.ts";
import type { Ref } from "./events.ts";
import { isStorable } from "./text.ts";

const text = v.pipe(v.string(), v.check(isStorable, "holds NUL or half a character"));
const ref = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, "is not 1 to 64 characters of A-Z a-z 0-9 _ -"),
);
const seq = v.pipe(v.number(), v.safeInteger("is not a whole number"), v.minValue(0, "is negative"));

const actions = {
  hello: v.object({
    action: v.literal("hello"),
    key: v.exactOptional(v.string()),
    name: v.exactOptional(text),
    since: v.exactOptional(seq),
    epoch: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
  /** `ref` is the dialect's to ask for: the article's clients have none. */
  message: v.object({
    action: v.literal("message"),
    message: text,
    ref: v.exactOptional(ref),
    reply_to: v.exactOptional(seq),
  }),
  edit: v.object({ action: v.literal("edit"), ref, target: seq, message: text }),
  delete: v.object({ action: v.literal("delete"), ref, target: seq }),
  react: v.object({ action: v.literal("react"), ref, target: seq, emoji: text, on: v.boolean() }),
  rename: v.object({ action: v.literal("rename"), name: text }),
  typing: v.object({ action: v.literal("typing") }),
  ping: v.object({ action: v.literal("ping") }),
};

export type Action = keyof typeof actions;
export type ClientFrame = { [A in Action]: v.InferOutput<(typeof actions)[A]> }[Action];
export type FrameOf<A extends Action> = Extract<ClientFrame, { action: A }>;

export interface FrameError {
  readonly code: ErrorCode;
  readonly message: string;
  /** The ref of the refused act, where it could be read. */
  readonly ref?: Ref;
}

export type Decoded =
  { readonly ok: true; readonly frame: ClientFrame } | { readonly ok: false; readonly error: FrameError };

/** Reads one text frame. Whatever it holds, the answer is a frame or a clear error (I8). */
export function decodeClientFrame(data: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return failure({ code: "bad_json", message: "The frame is not JSON." });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return failure({ code: "bad_frame", message: "The frame is not a JSON object." });
  }
  const { action, ref: sentRef } = value as { action?: unknown; ref?: unknown };
  const known = v.is(ref, sentRef) ? { ref: sentRef } : {};
  if (typeof action !== "string") {
    return failure({
      code: "bad_frame",
      message: 'The field "action" is missing or not a string.',
      ...known,
    });
  }
  if (!isAction(action)) {
    const shown = JSON.stringify(action.toWellFormed().slice(0, 40));
    return failure({ code: "unknown_action", message: `There is no action ${shown}.`, ...known });
  }
  const parsed = v.safeParse(actions[action], value, { abortEarly: true });
  if (parsed.success) return { ok: true, frame: parsed.output };
  return failure({ code: "bad_frame", message: describe(parsed.issues[0]), ...known });
}

function isAction(action: string): action is Action {
  return Object.hasOwn(actions, action);
}

function failure(error: FrameError): Decoded {
  return { ok: false, error };
}

function describe(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue) ?? "";
  if (issue.kind === "validation") return `The field "${field}" ${issue.message}.`;
  if (issue.received === "undefined") return `The field "${field}" is missing.`;
  return `The field "${field}" is not a ${issue.expected ?? "value of its type"}.`;
}
