/** One line under the composer, always as high: who you are, who is typing, and how the connection is. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { codePoints } from "../protocol/text.ts";
import { NameForm } from "./name-form.tsx";
import { Name } from "./name.tsx";
import type { RoomModel } from "./room-model.ts";
import { sayable } from "./sayable.ts";
import { texts } from "./texts/texts.ts";
import { TroubleState } from "./trouble-state.tsx";

const counterFrom = 200;

interface Props {
  readonly model: RoomModel;
  readonly text: ReadonlySignal<string>;
  /** The line is done being written in. */
  readonly onDone: () => void;
}

export function StatusLine({ model, text, onDone }: Props) {
  const isRenaming = useSignal(false);
  const typists = model.company.typists.value;
  const renamed = () => {
    isRenaming.value = false;
    onDone();
  };
  if (isRenaming.value) return <NameForm model={model} onDone={renamed} />;
  return (
    <div class="under">
      <Who model={model} onChange={() => (isRenaming.value = true)} />
      <p class="typing">
        {typists !== "" && (
          <>
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            <span>{typists}</span>
          </>
        )}
      </p>
      <TroubleState model={model} />
      <Counter text={text.value} max={model.maxMessageChars.value} />
    </div>
  );
}

function Who({ model, onChange }: { readonly model: RoomModel; readonly onChange: () => void }) {
  const { uid, name } = model.me.self.value;
  if (uid === undefined) return <p class="who" />;
  return (
    <p class="who">
      <span class="whole">
        <span class="youre">{texts.writing.name.youAre} </span>
        <b>
          <Name>{name}</Name>
        </b>
      </span>
      <span class="sep">·</span>
      <button type="button" class="text-btn" aria-label={texts.writing.name.changeLabel} onClick={onChange}>
        {texts.writing.name.change}
      </button>
    </p>
  );
}

function Counter({ text, max }: { readonly text: string; readonly max: number }) {
  const left = max - codePoints(sayable(text));
  const isNear = text !== "" && left <= counterFrom;
  const { tooMany, charactersLeft } = texts.writing;
  const words = left < 0 ? tooMany(-left) : isNear ? charactersLeft(left) : "";
  return (
    <span id="counter" class={`counter${left < 0 ? " is-bad" : ""}`}>
      {words}
    </span>
  );
}
