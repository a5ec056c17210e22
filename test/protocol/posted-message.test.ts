import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePost } from "../../src/protocol/posted-message.ts";

for (const [body, posted] of [
  [{ text: "hi" }, { text: "hi" }],
  [
    { text: " hi\n", name: "CI", ref: "a-Z_9", more: 1 },
    { text: " hi\n", name: "CI", ref: "a-Z_9" },
  ],
  [
    { text: "hi", username: "Slack" },
    { text: "hi", name: "Slack" },
  ],
  [
    { text: "hi", username: "Slack", name: "CI" },
    { text: "hi", name: "CI" },
  ],
  [
    { text: "hi", ref: "r".repeat(64) },
    { text: "hi", ref: "r".repeat(64) },
  ],
  [{ text: "hi", blocks: [{ text: { text: "instead" } }] }, { text: "hi" }],
  [
    { blocks: [{ text: { text: "one" } }, {}, { text: 7 }, { text: { text: "two" } }, null] },
    { text: "one\ntwo" },
  ],
  [{ text: " ", blocks: [{ text: { text: "one" } }] }, { text: "one" }],
  [{ text: "hi", blocks: 7, attachments: "none" }, { text: "hi" }],
  [
    {
      text: "hi",
      attachments: [
        { pretext: "before", title: "title", text: "words", fallback: "no" },
        { title: " ", fallback: "instead" },
        { title: 7, text: "half" },
        null,
        {},
      ],
    },
    { text: "hi\nbefore\ntitle\nwords\ninstead\nhalf" },
  ],
  [{ attachments: [{ text: "below" }] }, { text: "below" }],
] as const) {
  test(`of ${JSON.stringify(body)} the words are taken`, () => {
    assert.deepEqual(decodePost(body), { ok: true, posted });
  });
}

const noWords = { ok: false, field: "text", allowed: "a text that says something" };
const refRule = { ok: false, field: "ref", allowed: "1 to 64 characters of A-Z a-z 0-9 _ -" };
const aText = (field: string) => ({ ok: false, field, allowed: "a text" });
const half = { ok: false, field: "text", allowed: "free of NUL and of half characters" };

for (const [body, refusal] of [
  [null, { ok: false, field: "body", allowed: 'an object like {"text": "hello"}' }],
  ["text", { ok: false, field: "body", allowed: 'an object like {"text": "hello"}' }],
  [{}, noWords],
  [{ text: " \n" }, noWords],
  [{ text: "", blocks: [{ text: { text: " " } }], attachments: [{}] }, noWords],
  [{ text: 7 }, aText("text")],
  [{ text: "hi", name: null }, aText("name")],
  [{ text: "hi", username: {} }, aText("username")],
  [{ text: "hi", ref: 7 }, refRule],
  [{ text: "hi", ref: "" }, refRule],
  [{ text: "hi", ref: "r".repeat(65) }, refRule],
  [{ text: "hi", ref: "a b" }, refRule],
  [{ text: "hi", ref: "a\n" }, refRule],
  [{ text: "hi", ref: "é" }, refRule],
  [{ text: "a\0" }, half],
  [{ text: "\ud800" }, half],
] as const) {
  test(`${JSON.stringify(body)} is refused for its ${refusal.field}`, () => {
    assert.deepEqual(decodePost(body), refusal);
  });
}
