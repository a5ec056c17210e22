/**
 * Every code this server, or a proxy before it, closes a socket with, and the reason it gives. From 4000 to 4499 a
 * client should come back, from 4500 to 4999 it must not (the split is Centrifugo's).
 */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

export const closes = {
  goingAway: { code: 1001, reason: "going away" },
  binaryFrame: { code: 1003, reason: "text frames only" },
  frameTooBig: { code: 1009, reason: "frame too big" },
  handlerFailed: { code: 1011, reason: "internal error" },
  restart: { code: 1012, reason: "restart" },
  /** What a proxy may close with. We ourselves refuse a connection too many before its handshake, with 503. */
  noCapacity: { code: 1013, reason: "no capacity" },
  helloExpected: { code: 4400, reason: "hello expected" },
  helloTimeout: { code: 4408, reason: "no hello in 10 s" },
  tooSlow: { code: 4008, reason: "nothing read in 60 s" },
  aheadOfNode: { code: 4009, reason: "this node is behind your position" },
  flood: { code: 4429, reason: "too many frames, wait 5 s" },
  badKey: { code: 4500, reason: "bad key" },
} as const satisfies Record<string, Close>;

/** The peer's code for "closed without a code" and "gone without a word": never sent (RFC 6455 §7.4.1). */
export const noCodeReceived = 1005;
export const abnormalClosure = 1006;

/** What a peer may close with by itself: done, going away, nothing said, nothing heard. */
const ordinaryCodes = [1000, 1001, noCodeReceived, abnormalClosure];
/** The codes worth telling apart: a peer may make up any other. */
export const closeLabels = [
  ...new Set([...ordinaryCodes, ...Object.values(closes).map(({ code }) => code)]),
  "other",
] as const;
export type CloseLabel = (typeof closeLabels)[number];

export function closeLabel(code: number): CloseLabel {
  return closeLabels.includes(code) ? code : "other";
}

/** Whether a client closed with this code should come back by itself. */
export function mayReconnect(code: number): boolean {
  return code < 4500 || code > 4999;
}
