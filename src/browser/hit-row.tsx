/** One message that was found: who, when, and the words around what matched. */
import { hueOf } from "../protocol/person-name.ts";
import { Avatar } from "./avatar.tsx";
import { Name } from "./name.tsx";
import type { Hit } from "./search-hits.ts";
import type { TimeWords } from "./time-words.ts";

interface Props {
  readonly hit: Hit;
  readonly words: TimeWords;
  readonly isChosen: boolean;
  readonly onPress: () => void;
}

export function HitRow({ hit, words, isChosen, onPress }: Props) {
  const { uid, name, at, snippet } = hit;
  return (
    <button type="button" class={`hit h${hueOf(uid)}`} aria-current={isChosen} onClick={onPress}>
      <span class="hit-by">
        <Avatar uid={uid} />
        <Name class="name">{name}</Name>
        <time dateTime={new Date(at).toISOString()} title={words.full(at)}>
          {words.short(at)}
        </time>
      </span>
      <span class="hit-text" dir="auto">
        {snippet.map((piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text))}
      </span>
    </button>
  );
}
