/** The field at the head of a panel. */
import type { RefObject } from "preact";
import { Icon } from "./icon.tsx";

interface Props {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly onInput: (text: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** As many as the server reads. */
const maxChars = 200;

export function FindField({ field, label, onInput, onKeyDown }: Props) {
  return (
    <div class="find">
      <Icon name="search" />
      <input
        ref={field}
        type="text"
        inputMode="search"
        enterkeyhint="search"
        placeholder={label}
        aria-label={label}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        maxLength={maxChars}
        onInput={(event) => onInput(event.currentTarget.value)}
        {...(onKeyDown && { onKeyDown })}
      />
    </div>
  );
}
