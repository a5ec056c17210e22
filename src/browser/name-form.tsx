/**
 * Changes one's name in the line where it stands, by touch in the composer's place. Stays open with the reason when the
 * room refuses.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ErrorCode } from "../protocol/error-codes.ts";
import { maxNameChars, normalName } from "../protocol/person-name.ts";
import { codePoints } from "../protocol/text.ts";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room-model.ts";
import { texts } from "./texts/texts.ts";

interface Props {
  readonly model: RoomModel;
  readonly onDone: () => void;
}

export function NameForm({ model, onDone }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const { problem, ask, cancel } = useRenaming(model, onDone);
  const { name } = model.me.self.value;
  useLayoutEffect(() => field.current?.select(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    ask(field.current?.value ?? "");
  };
  return (
    <form class="under naming" onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && cancel()}>
      <input
        ref={field}
        class="name-in"
        defaultValue={name}
        aria-label={texts.writing.name.field}
        aria-invalid={problem !== ""}
        aria-describedby="name-problem"
        autocomplete="off"
        spellcheck={false}
        dir="auto"
      />
      <button class="text-btn">{texts.writing.name.save}</button>
      <button type="button" class="close" aria-label={texts.writing.name.keep} onClick={cancel}>
        <Icon name="close" />
      </button>
      <Problem words={problem} />
    </form>
  );
}

function Problem({ words }: { readonly words: string }) {
  return (
    <p id="name-problem" class="state is-bad" role="alert">
      {words !== "" && (
        <>
          <Icon name="alert" />
          <span>{words}</span>
        </>
      )}
    </p>
  );
}

/** Asks the room for a name and waits for its answer; without a connection the name is asked for later. */
function useRenaming(model: RoomModel, onDone: () => void) {
  const isAsked = useSignal(false);
  const problem = useSignal("");
  useSignalEffect(() => {
    const renaming = model.me.renaming.value;
    if (!isAsked.value || renaming.state === "asked") return;
    isAsked.value = false;
    if (renaming.state === "refused") problem.value = problemInWords(renaming.code, renaming.reason);
    else onDone();
  });
  const ask = (spelling: string) => {
    const name = normalName(spelling);
    problem.value = "";
    if (name === undefined) {
      problem.value =
        codePoints(spelling) > maxNameChars ? texts.writing.name.tooLong : texts.writing.name.notAName;
      return;
    }
    if (name !== model.me.self.value.name) model.rename(name);
    isAsked.value = model.me.renaming.value.state === "asked" && model.connection.value.state === "live";
    if (!isAsked.value) onDone();
  };
  const cancel = () => {
    model.me.dismiss();
    onDone();
  };
  return { problem: problem.value, ask, cancel };
}

/** The line is short on a phone. */
function problemInWords(code: ErrorCode, reason: string): string {
  return code === "name_taken" ? texts.writing.name.taken : reason;
}
