/**
 * What was typed in a room and not sent yet, and which message it answers; outlives the tab. So do new words for a
 * message, half written.
 */
import type { Seq } from "../protocol/events.ts";
import type { Store } from "./store.ts";

export interface HalfEdit {
  readonly target: Seq;
  readonly text: string;
}

export interface Draft {
  read(): string;
  write(text: string): void;
  readReply(): Seq | undefined;
  /** @param to nothing: it answers none */
  writeReply(to: Seq | undefined): void;
  readEdit(): HalfEdit | undefined;
  /** @param edit nothing: none is under way */
  writeEdit(edit: HalfEdit | undefined): void;
}

/** @param scope the room's, in this origin */
export function roomDraft(store: Store, scope: string): Draft {
  const key = `confab:draft:${scope}`;
  const replyKey = `confab:reply:${scope}`;
  const editKey = `confab:edit:${scope}`;
  return {
    read: () => store.get(key) ?? "",
    write: (text) => keep(store, key, text === "" ? undefined : text),
    readReply() {
      const [to] = /^\d+$/.exec(store.get(replyKey) ?? "") ?? [];
      return to === undefined ? undefined : Number(to);
    },
    writeReply: (to) => keep(store, replyKey, to?.toString()),
    readEdit() {
      const [, target, text] = /^(\d+) ([^]*)$/u.exec(store.get(editKey) ?? "") ?? [];
      return text === undefined ? undefined : { target: Number(target), text };
    },
    writeEdit: (edit) => keep(store, editKey, edit && `${edit.target} ${edit.text}`),
  };
}

function keep(store: Store, key: string, value: string | undefined): void {
  if (value === undefined) store.remove(key);
  else store.set(key, value);
}
