/**
 * What a client may say: one JSON object a text frame, told apart by `action`. Unknown fields are ignored. A client
 * that names the subprotocol speaks `confab.v1`; one that names none speaks the article's plain dialect.
 */
import * as v from "valibot";
import type { ErrorCode } from "./error-codes.ts";
import type { Ref } from "./events.ts";
import { nestsDeeperThan } from "./nesting.ts";
import { isStorable } from "./text.ts";

const text = v.pipe(v.string(), v.check(isStorable, "holds NUL or half a character"));
const ref = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, "is not 1 to 64 characters of A-Z a-z 0-9 _ -"),
);
const seq = v.pipe(v.number(), v.safeInteger("is not a whole number"), v.minValue(0, "is negative"));

/** What a client may put into fields that nobody reads. */
const maxNesting = 32;

export const subprotocol = "confab.v1";
export type Dialect = "plain" | typeof subprotocol;

export const plainActions = {
  message: v.object({ action: v.literal("message"), message: text }),
};

export const v1Actions = {
  hello: v.object({
    action: v.literal("hello"),
    key: v.exactOptional(v.string()),
    // A hello never fails for a name: one that cannot be kept is answered after the welcome.
    name: v.exactOptional(v.string()),
    since: v.exactOptional(seq),
    epoch: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
  message: v.object({
    action: v.literal("message"),
    ref,
    message: text,
    reply_to: v.exactOptional(seq),
  }),
  edit: v.object({ action: v.literal("edit"), ref, target: seq, message: text }),
  delete: v.object({ action: v.literal("delete"), ref, target: seq }),
  react: v.object({ action: v.literal("react"), ref, target: seq, emoji: text, on: v.boolean() }),
  rename: v.object({ action: v.literal("rename"), name: text }),
  typing: v.object({ action: v.literal("typing") }),
  ping: v.object({ action: v.literal("ping") }),
};

type Action = keyof typeof v1Actions;
export type PlainFrame = v.InferOutput<typeof plainActions.message>;
export type ClientFrame = { [A in Action]: v.InferOutput<(typeof v1Actions)[A]> }[Action];
export type FrameOf<A extends Action> = Extract<ClientFrame, { action: A }>;

export interface FrameError {
  readonly code: ErrorCode;
  readonly message: string;
  /** The ref of the refused act, where it could be read. */
  readonly ref?: Ref;
}

export type Decoded<Frame> =
  { readonly ok: true; readonly frame: Frame } | { readonly ok: false; readonly error: FrameError };

/** Reads one text frame of the article's protocol. Whatever it holds, the answer is a frame or a clear error (I8). */
export function decodePlainFrame(data: string): Decoded<PlainFrame> {
  return decode(data, plainActions);
}

/** Reads one text frame of `confab.v1`. */
export function decodeClientFrame(data: string): Decoded<ClientFrame> {
  return decode<ClientFrame>(data, v1Actions);
}

type Schemas<Frame> = Readonly<Record<string, v.GenericSchema<unknown, Frame>>>;

function decode<Frame>(data: string, schemas: Schemas<Frame>): Decoded<Frame> {
  const value = parseObject(data);
  if ("code" in value) return { ok: false, error: value };
  const { action, ref: sentRef } = value.object;
  const known = v.is(ref, sentRef) ? { ref: sentRef } : {};
  const schema = schemaOf(action, schemas);
  if ("code" in schema) return { ok: false, error: { ...schema, ...known } };
  const parsed = v.safeParse(schema.schema, value.object, { abortEarly: true });
  if (parsed.success) return { ok: true, frame: parsed.output };
  return { ok: false, error: { code: "bad_frame", message: describe(parsed.issues[0]), ...known } };
}

function parseObject(data: string): FrameError | { object: Readonly<Record<"action" | "ref", unknown>> } {
  if (nestsDeeperThan(data, maxNesting)) {
    return { code: "bad_frame", message: `The frame nests deeper than ${maxNesting}.` };
  }
  const value = parse(data);
  if (value === undefined) return { code: "bad_json", message: "The frame is not JSON." };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { code: "bad_frame", message: "The frame is not a JSON object." };
  }
  return { object: { action: undefined, ref: undefined, ...value } };
}

/** Node and Chromium have it: how many calls an error tells of. */
const errors: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;

/** Nothing where it is no JSON. To collect the calls that led there took longer than all else about a bad frame. */
function parse(data: string): unknown {
  const { stackTraceLimit: usual } = errors;
  errors.stackTraceLimit = 0;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  } finally {
    errors.stackTraceLimit = usual;
  }
}

function schemaOf<Frame>(
  action: unknown,
  schemas: Schemas<Frame>,
): FrameError | { schema: v.GenericSchema<unknown, Frame> } {
  if (typeof action !== "string") {
    return { code: "bad_frame", message: 'The field "action" is missing or not a string.' };
  }
  const schema = Object.hasOwn(schemas, action) ? schemas[action] : undefined;
  if (schema !== undefined) return { schema };
  const shown = JSON.stringify(action.toWellFormed().slice(0, 40));
  return { code: "unknown_action", message: `There is no action ${shown}.` };
}

function describe(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue) ?? "";
  if (issue.kind === "validation") return `The field "${field}" ${issue.message}.`;
  if (issue.received === "undefined") return `The field "${field}" is missing.`;
  return `The field "${field}" is not a ${issue.expected ?? "value of its type"}.`;
}
