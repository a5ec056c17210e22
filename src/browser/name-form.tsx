/** Changes one's name in place, in the line where it stands. Stays open with the reason when the room refuses. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ErrorCode } from "../protocol/error-codes.ts";
import { normalName } from "../protocol/person-name.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room-model.ts";

interface Props {
  readonly model: RoomModel;
  readonly onDone: () => void;
}

export function NameForm({ model, onDone }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const isAsked = useSignal(false);
  const problem = useSignal("");
  const { uid, name } = model.me.self.value;
  useLayoutEffect(() => field.current?.select(), []);
  useSignalEffect(() => {
    const renaming = model.me.renaming.value;
    if (!isAsked.value || renaming.state === "asked") return;
    isAsked.value = false;
    if (renaming.state === "refused") problem.value = problemInWords(renaming.code, renaming.reason);
    else onDone();
  });
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = normalName(field.current?.value ?? "");
    if (wanted === undefined) {
      problem.value = "1 to 32 characters";
    } else if (wanted === name) {
      onDone();
    } else {
      problem.value = "";
      model.rename(wanted);
      if (model.connection.value.state === "live") isAsked.value = true;
      else onDone();
    }
  };
  const cancel = () => {
    model.me.dismiss();
    onDone();
  };
  return (
    <form class="under" onSubmit={ask} onKeyDown={(event) => event.key === "Escape" && cancel()}>
      {uid !== undefined && <Avatar uid={uid} />}
      <input
        ref={field}
        class="name-in"
        defaultValue={name}
        aria-label="Your name, for all rooms"
        aria-invalid={problem.value !== ""}
        aria-describedby="name-problem"
        autocomplete="off"
        spellcheck={false}
        dir="auto"
      />
      <button class="text-btn">Save</button>
      <button type="button" class="close" aria-label="Keep your name" onClick={cancel}>
        <Icon name="close" />
      </button>
      <p id="name-problem" class="state is-bad" role="alert">
        {problem.value !== "" && (
          <>
            <Icon name="alert" />
            <span>{problem.value}</span>
          </>
        )}
      </p>
    </form>
  );
}

/** The line is short on a phone. */
function problemInWords(code: ErrorCode, reason: string): string {
  return code === "name_taken" ? "Taken here" : reason;
}
