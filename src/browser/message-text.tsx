/** What somebody typed, as it is read: a few emoji alone large, anything else by its Markdown. */
import type { ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Uid } from "../protocol/events.ts";
import { actionOf } from "./commands.ts";
import { Icon } from "./icon.tsx";
import { nobody, type KnownNames } from "./known-names.ts";
import { markdownNodes } from "./markdown-view.tsx";
import { parseMarkdown } from "./markdown.ts";
import { Name } from "./name.tsx";
import { texts } from "./texts/texts.ts";
import { isEmojiOnly, languageOf } from "./typesetting.ts";

interface Props {
  readonly text: string;
  readonly isEdited: boolean;
  readonly isPending: boolean;
  readonly author: Author;
  /** The reader's name. */
  readonly me: string;
  readonly names: ReadonlySignal<KnownNames>;
}

export interface Author {
  readonly uid: Uid;
  readonly name: string;
}

export function MessageText({ text, isEdited, isPending, author, me, names }: Props) {
  const isEmoji = isEmojiOnly(text);
  // A keycap of * or # is no mark.
  const action = actionOf(text);
  // Most texts name nobody, and are not drawn again when somebody comes.
  const others = text.includes("@") ? names.value : nobody;
  const nodes = useMemo(
    () => (isEmoji ? text : markdownNodes(parseMarkdown(action ?? text), { name: me, others })),
    [text, isEmoji, me, others],
  );
  return (
    <div
      class={`text${isEmoji ? " is-emoji" : ""}${action === undefined ? "" : " is-action"}`}
      dir="auto"
      lang={languageOf(text)}
    >
      {action !== undefined && (
        <>
          <Name of={author.uid}>{author.name}</Name>{" "}
        </>
      )}
      {nodes}
      {isEdited && <span class="edited"> {texts.reading.message.edited}</span>}
      {isPending && <Pending />}
    </div>
  );
}

function Pending() {
  return (
    <span class="pend" title={texts.reading.message.sending}>
      <Icon name="clock" />
      <span class="sr">{texts.reading.message.sending}</span>
    </span>
  );
}
