/** When something was said: short, the whole of it in the title; a kept message's time is its address. */
import type { TimeWords } from "./time-words.ts";
import { rowId } from "./permalink-address.ts";
import type { Entry } from "./rows.ts";

interface Props {
  readonly entry: Entry;
  readonly words: TimeWords;
  readonly class: string;
  readonly text: string;
}

export function EntryTime({ entry, words, class: className, text }: Props) {
  const { at } = entry;
  const time = (
    <time dateTime={new Date(at).toISOString()} title={words.full(at)}>
      {text}
    </time>
  );
  if (entry.kind !== "kept") return <span class={className}>{time}</span>;
  return (
    <a class={className} href={`#${rowId(entry.shown.message.seq)}`} tabIndex={-1}>
      {time}
    </a>
  );
}
