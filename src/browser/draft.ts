/** What was typed in a room and not sent yet; outlives the tab. */
import type { Store } from "./store.ts";

export interface Draft {
  read(): string;
  write(text: string): void;
}

/** @param scope the room's, in this origin */
export function roomDraft(store: Store, scope: string): Draft {
  const key = `confab:draft:${scope}`;
  return {
    read: () => store.get(key) ?? "",
    write(text) {
      if (text === "") store.remove(key);
      else store.set(key, text);
    },
  };
}
