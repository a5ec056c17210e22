/** What was typed in a room and not sent yet; outlives the tab. So do new words for a message, half written. */
import type { Seq } from "../protocol/events.ts";
import type { Store } from "./store.ts";

export interface HalfEdit {
  readonly target: Seq;
  readonly text: string;
}

export interface Draft {
  read(): string;
  write(text: string): void;
  readEdit(): HalfEdit | undefined;
  /** @param edit nothing: none is under way */
  writeEdit(edit: HalfEdit | undefined): void;
}

/** @param scope the room's, in this origin */
export function roomDraft(store: Store, scope: string): Draft {
  const key = `confab:draft:${scope}`;
  const editKey = `confab:edit:${scope}`;
  return {
    read: () => store.get(key) ?? "",
    write: (text) => keep(store, key, text === "" ? undefined : text),
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
