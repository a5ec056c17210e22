/** What somebody typed, as it is read: a few emoji alone large, anything else by its Markdown. */
import { useMemo } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { markdownNodes } from "./markdown-view.tsx";
import { parseMarkdown } from "./markdown.ts";
import { texts } from "./texts/texts.ts";
import { isEmojiOnly, languageOf } from "./typesetting.ts";

interface Props {
  readonly text: string;
  readonly isEdited: boolean;
  readonly isPending: boolean;
}

export function MessageText({ text, isEdited, isPending }: Props) {
  const isEmoji = isEmojiOnly(text);
  // A keycap of * or # is no mark.
  const nodes = useMemo(() => (isEmoji ? text : markdownNodes(parseMarkdown(text))), [text, isEmoji]);
  return (
    <div class={`text${isEmoji ? " is-emoji" : ""}`} dir="auto" lang={languageOf(text)}>
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
