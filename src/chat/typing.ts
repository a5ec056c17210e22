/** That somebody is writing: told to everybody, kept by nobody. */
import type { Uid } from "../protocol/events.ts";
import type { TypingFrame } from "../protocol/server-frames.ts";
import { jsonFrame } from "../websocket/frame.ts";
import type { Outgoing } from "./outgoing.ts";

export function typingFrame(uid: Uid, name: string): Outgoing {
  const typing: TypingFrame = { type: "typing", uid, name };
  return { frames: { "confab.v1": jsonFrame(typing) } };
}
