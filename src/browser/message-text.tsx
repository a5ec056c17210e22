/** What somebody typed: text nodes and links, never markup (I9). */
import { useMemo } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { isEmojiOnly, languageOf, textParts } from "./text-parts.ts";

interface Props {
  readonly text: string;
  readonly isEdited: boolean;
  readonly isPending: boolean;
}

export function MessageText({ text, isEdited, isPending }: Props) {
  const parts = useMemo(() => textParts(text), [text]);
  return (
    <div class={`text${isEmojiOnly(text) ? " is-emoji" : ""}`} dir="auto" lang={languageOf(text)}>
      {parts.map((part) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <a href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ),
      )}
      {isEdited && <span class="edited"> (edited)</span>}
      {isPending && <Pending />}
    </div>
  );
}

function Pending() {
  return (
    <span class="pend" title="Sending">
      <Icon name="clock" />
      <span class="sr">Sending</span>
    </span>
  );
}
