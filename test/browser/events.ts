/** Events for tests of the page's parts: only what a test is about has to be said. */
import type {
  DeleteEvent,
  EditEvent,
  EventsPage,
  MessageEvent,
  ReactEvent,
  Seq,
} from "../../src/protocol/events.ts";

export function message(seq: Seq, fields: Partial<MessageEvent> = {}): MessageEvent {
  return {
    type: "msg",
    msg: `message ${seq}`,
    id: 1,
    seq,
    uid: "ana",
    name: "Ana",
    at: seq,
    ref: `r${seq}`,
    ...fields,
  };
}

export function edit(seq: Seq, target: Seq, msg: string): EditEvent {
  return { type: "edit", seq, target, uid: "ana", msg, at: seq, ref: `r${seq}` };
}

export function deletion(seq: Seq, target: Seq): DeleteEvent {
  return { type: "delete", seq, target, uid: "ana", at: seq, ref: `r${seq}` };
}

export function react(seq: Seq, target: Seq, on = true): ReactEvent {
  return { type: "react", seq, target, uid: "bo", name: "Bo", emoji: "👍", on, at: seq, ref: `r${seq}` };
}

export function page(fields: Partial<EventsPage>): EventsPage {
  return { epoch: "e1", head: 0, events: [], more: false, ...fields };
}
