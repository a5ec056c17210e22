/** The list of what is offered, above the words it is for. The focus stays in the field. */
import { useEffect, useRef } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Name } from "./name.tsx";
import type { Suggestion } from "./suggestions.ts";
import { texts } from "./texts/texts.ts";
import type { Suggesting } from "./use-suggestions.ts";

export const listId = "suggestions";

export function optionId(at: number): string {
  return `suggestion-${at}`;
}

export function SuggestionList({ suggesting }: { readonly suggesting: Suggesting }) {
  const list = useRef<HTMLUListElement>(null);
  const offered = suggesting.offered.value;
  const chosen = suggesting.chosen.value;
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen, offered]);
  const [first] = offered;
  if (first === undefined) return null;
  const { keys, suggestions } = texts.writing;
  return (
    // A press must not take the focus from the field.
    <div class="menu at-text" onPointerDown={(event) => event.preventDefault()}>
      <ul ref={list} id={listId} role="listbox" aria-label={suggestions[first.kind]}>
        {offered.map((suggestion, at) => (
          <li
            key={suggestion.key}
            id={optionId(at)}
            role="option"
            class={`opt${at === chosen ? " is-on" : ""}`}
            aria-selected={at === chosen}
            onClick={() => suggesting.take(suggestion)}
          >
            <Offered suggestion={suggestion} />
          </li>
        ))}
      </ul>
      <p class="hint" aria-hidden="true">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {keys.choose}
        </span>
        <span>
          <kbd>Tab</kbd> {keys.insert}
        </span>
      </p>
    </div>
  );
}

function Offered({ suggestion }: { readonly suggestion: Suggestion }) {
  switch (suggestion.kind) {
    case "person":
      return (
        <>
          <Avatar uid={suggestion.person.uid} />
          <Name of={suggestion.person.uid}>{suggestion.person.name}</Name>
        </>
      );
    case "emoji":
      return (
        <>
          <span class="em">{suggestion.char}</span>
          <span>{suggestion.label}</span>
        </>
      );
    case "command":
      return (
        <>
          <b>{suggestion.label}</b>
          <span class="aside">{suggestion.what}</span>
        </>
      );
  }
}
