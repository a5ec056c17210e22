/**
 * What a program may post to a room over HTTP: `{"text","name"?,"ref"?}`, or what it would send to one of Slack's
 * incoming webhooks, of which the words are taken. Unknown fields are ignored.
 */
import * as v from "valibot";
import type { Ref } from "./events.ts";
import { isStorable } from "./text.ts";

export interface PostedMessage {
  readonly text: string;
  /** As it was spelled. */
  readonly name?: string;
  readonly ref?: Ref;
}

export type DecodedPost =
  | { readonly ok: true; readonly posted: PostedMessage }
  /** @param field is missing, or not what it must be */
  | { readonly ok: false; readonly field: string; readonly allowed: string };

const words = v.optional(v.fallback(v.string(), ""), "");
const attachment = v.object({ pretext: words, title: words, text: words, fallback: words });
const block = v.object({ text: v.fallback(v.object({ text: words }), { text: "" }) });
const schema = v.object({
  text: v.exactOptional(v.string("a text")),
  name: v.exactOptional(v.string("a text")),
  /** Slack's word for it. */
  username: v.exactOptional(v.string("a text")),
  ref: v.exactOptional(v.pipe(v.string(refRule()), v.regex(/^[A-Za-z0-9_-]{1,64}$/, refRule()))),
  attachments: v.fallback(v.optional(v.array(v.fallback(attachment, noWords())), []), []),
  blocks: v.fallback(v.optional(v.array(v.fallback(block, { text: { text: "" } })), []), []),
});
type Body = v.InferOutput<typeof schema>;

export function decodePost(body: unknown): DecodedPost {
  const parsed = v.safeParse(schema, body, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue);
    if (field === null) return { ok: false, field: "body", allowed: 'an object like {"text": "hello"}' };
    return { ok: false, field, allowed: issue.message };
  }
  const { name = parsed.output.username, ref } = parsed.output;
  const text = wordsOf(parsed.output);
  if (text.trim() === "") return { ok: false, field: "text", allowed: "a text that says something" };
  if (!isStorable(text)) return { ok: false, field: "text", allowed: "free of NUL and of half characters" };
  const posted = { text, ...(name !== undefined && { name }), ...(ref !== undefined && { ref }) };
  return { ok: true, posted };
}

/** Slack shows blocks instead of the text, and attachments below it; a fallback stands for the whole of its own. */
function wordsOf({ text = "", blocks, attachments }: Body): string {
  const above = text.trim() === "" ? blocks.map((shown) => shown.text.text) : [text];
  const below = attachments.map((shown) => {
    const parts = [shown.pretext, shown.title, shown.text].filter(isSomething);
    return parts.length > 0 ? parts.join("\n") : shown.fallback;
  });
  return [...above, ...below].filter(isSomething).join("\n");
}

function isSomething(text: string): boolean {
  return text.trim() !== "";
}

function noWords(): v.InferOutput<typeof attachment> {
  return { pretext: "", title: "", text: "", fallback: "" };
}

function refRule(): string {
  return "1 to 64 characters of A-Z a-z 0-9 _ -";
}
