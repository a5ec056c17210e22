import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeClientFrame,
  decodePlainFrame,
  subprotocol,
  type Decoded,
} from "../../src/protocol/client-frames.ts";
import { errorCodes } from "../../src/protocol/error-codes.ts";

const frames = [
  { action: "hello" },
  { action: "hello", key: "k", name: "Ana", since: 7, epoch: "e" },
  { action: "message", ref: "r", message: "hi" },
  { action: "message", ref: "r", message: "", reply_to: 3 },
  { action: "edit", ref: "r", target: 1, message: "hi" },
  { action: "delete", ref: "r", target: 1 },
  { action: "react", ref: "r", target: 1, emoji: "👍", on: false },
  { action: "rename", name: "Ann" },
  { action: "typing" },
  { action: "ping" },
] as const;

for (const frame of frames) {
  test(`${JSON.stringify(frame)} is read as it is, and without what it does not know`, () => {
    const sent = JSON.stringify({ ...frame, more: { than: ["it", "knows"] } });
    assert.deepEqual(decodeClientFrame(sent), { ok: true, frame });
  });
}

test("the article's message is read without a ref", () => {
  const frame = { action: "message", message: "hi" };
  assert.deepEqual(decodePlainFrame(JSON.stringify({ ...frame, ref: 7 })), { ok: true, frame });
});

function refusal<Frame>(decoded: Decoded<Frame>): { code: string; message: string; ref?: string } {
  assert(!decoded.ok);
  return decoded.error;
}

for (const [text, code, message] of [
  ["", "bad_json", /not JSON/],
  ["{", "bad_json", /not JSON/],
  ['{"action":"ping"}{"action":"ping"}', "bad_json", /not JSON/],
  ["\ufeff{}", "bad_json", /not JSON/],
  ["null", "bad_frame", /not a JSON object/],
  ["[]", "bad_frame", /not a JSON object/],
  ['"ping"', "bad_frame", /not a JSON object/],
  ["{}", "bad_frame", /"action" is missing/],
  ['{"action":["ping"]}', "bad_frame", /"action" is missing or not a string/],
  ['{"action":"constructor"}', "unknown_action", /"constructor"/],
  ['{"action":"\\ud800"}', "unknown_action", /no action/],
  ['{"action":"message","ref":"r"}', "bad_frame", /"message" is missing/],
  ['{"action":"message","ref":"r","message":7}', "bad_frame", /"message" is not a string/],
  ['{"action":"message","ref":"r","message":null}', "bad_frame", /"message" is not a string/],
  ['{"action":"message","ref":"r","message":"\\ud83d"}', "bad_frame", /half a character/],
  ['{"action":"message","ref":"r","message":"\\u0000"}', "bad_frame", /NUL/],
  ['{"action":"message","message":"hi"}', "bad_frame", /"ref" is missing/],
  ['{"action":"message","ref":"","message":"hi"}', "bad_frame", /"ref" is not 1 to 64/],
  ['{"action":"message","ref":"a b","message":"hi"}', "bad_frame", /"ref" is not 1 to 64/],
  ['{"action":"message","ref":"a\\n","message":"hi"}', "bad_frame", /"ref" is not 1 to 64/],
  ['{"action":"message","ref":"r","message":"hi","reply_to":null}', "bad_frame", /"reply_to"/],
  ['{"action":"edit","ref":"r","target":-1,"message":"hi"}', "bad_frame", /"target" is negative/],
  ['{"action":"edit","ref":"r","target":1.5,"message":"hi"}', "bad_frame", /"target" is not a whole number/],
  [
    '{"action":"edit","ref":"r","target":1e300,"message":"hi"}',
    "bad_frame",
    /"target" is not a whole number/,
  ],
  ['{"action":"edit","ref":"r","target":"1","message":"hi"}', "bad_frame", /"target" is not a number/],
  ['{"action":"react","ref":"r","target":1,"emoji":"👍","on":1}', "bad_frame", /"on" is not a boolean/],
  ['{"action":"hello","since":-1}', "bad_frame", /"since" is negative/],
  ['{"action":"hello","key":7}', "bad_frame", /"key" is not a string/],
  ['{"action":"hello","name":{}}', "bad_frame", /"name" is not a string/],
] as const) {
  test(`${JSON.stringify(text)} is ${code}, saying why (I8)`, () => {
    const error = refusal(decodeClientFrame(text));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

test("what is no JSON costs no trace of the calls that led there, and all other errors keep theirs", () => {
  const usual = Error.stackTraceLimit;
  assert.equal(decodeClientFrame("{").ok, false);
  assert.equal(Error.stackTraceLimit, usual);
  assert.equal(decodeClientFrame('{"action":"ping"}').ok, true);
  assert.equal(Error.stackTraceLimit, usual);
});

test("an unknown action is told by its beginning, and the dialect has a name of its own", () => {
  const { message } = refusal(decodeClientFrame(JSON.stringify({ action: "x".repeat(1_000) })));
  assert.equal(message, `There is no action "${"x".repeat(40)}".`);
  assert.equal(subprotocol, "confab.v1");
});

test("a refusal names the ref of the act where it could be read, and no other", () => {
  assert.equal(refusal(decodeClientFrame('{"action":"message","ref":"r-1"}')).ref, "r-1");
  assert.equal(refusal(decodeClientFrame('{"action":"dance","ref":"r-1"}')).ref, "r-1");
  assert.equal(refusal(decodeClientFrame('{"action":"message","ref":"<b>"}')).ref, undefined);
});

test("of a repeated field the last one counts, and __proto__ is a field like any other", () => {
  const text = '{"action":"typing","__proto__":{"action":"ping","ref":"r"},"action":"ping"}';
  assert.deepEqual(decodeClientFrame(text), { ok: true, frame: { action: "ping" } });
  assert.equal(refusal(decodeClientFrame('{"__proto__":{"action":"ping"}}')).code, "bad_frame");
});

const anyValue = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.double());
/** Fields of the protocol with values of any kind, so that the checks behind the first are reached too. */
const almostFrame = fc.record(
  {
    action: fc.oneof(fc.constantFrom(...frames.map(({ action }) => action)), anyValue),
    ref: fc.oneof(fc.constant("r"), anyValue),
    message: anyValue,
    target: anyValue,
    emoji: anyValue,
    on: anyValue,
    key: anyValue,
    name: anyValue,
    since: anyValue,
    epoch: anyValue,
    reply_to: anyValue,
  },
  { requiredKeys: [] },
);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString()),
  fc.json(),
  almostFrame.map((frame) => JSON.stringify(frame)),
);

test("any text is a frame of a known action, or an error with a known code and one short sentence (I8)", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const decoded of [decodeClientFrame(text), decodePlainFrame(text)]) {
        if (decoded.ok) {
          assert(frames.some(({ action }) => action === decoded.frame.action));
        } else {
          assert(Object.hasOwn(errorCodes, decoded.error.code));
          assert(decoded.error.message.length > 0 && decoded.error.message.length < 300);
          assert(decoded.error.message.isWellFormed());
        }
      }
    }),
    { numRuns: 3_000 },
  );
});
