/** What can be done with a message by touch: a sheet from below. Asks once before it deletes. */
import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { canCopy } from "./copying.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Name } from "./name.tsx";
import { permalink } from "./permalink-address.ts";
import { QuotedWords } from "./quote.tsx";
import { Deletion, isOwn, QuickEmoji, type Asking, type OnMessage } from "./row-tools.tsx";
import { texts } from "./texts/texts.ts";

interface Props extends OnMessage {
  readonly isOpen: Signal<boolean>;
}

/** A dialog of the browser's own: it holds the focus, and Escape closes it. */
export function RowSheet({ shown, model, isOpen }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const asking = useSignal<Asking>("nothing");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const outside = ({ target }: Event) => {
    if (target === dialog.current) close();
  };
  const answer = { shown, model, onDone: close };
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={texts.reading.message.label}
      onClose={() => (isOpen.value = false)}
      onClick={outside}
    >
      <div class="sheet-in">
        <p class="sheet-of">
          <Name of={shown.message.uid}>{shown.message.name}</Name>
          <QuotedWords of={shown} />
        </p>
        {asking.value === "deletion" ? (
          <Deletion {...answer} />
        ) : (
          <>
            <div class="quick">
              <QuickEmoji {...answer} />
            </div>
            <SheetActs {...answer} onDelete={() => (asking.value = "deletion")} />
          </>
        )}
      </div>
    </dialog>
  );
}

interface ActsProps extends OnMessage {
  readonly onDone: () => void;
  readonly onDelete: () => void;
}

function SheetActs({ shown, model, onDone, onDelete }: ActsProps) {
  const words = texts.reading.message;
  const after = (act: () => void) => () => {
    onDone();
    act();
  };
  const copy = (text: string) => after(() => void navigator.clipboard.writeText(text).catch(() => undefined)); // Refused.
  const isMine = isOwn(shown, model);
  return (
    <>
      <SheetAct icon="reply" onPress={after(() => model.composing.reply(shown))}>
        {words.reply}
      </SheetAct>
      {canCopy() && (
        <>
          <SheetAct icon="link" onPress={copy(permalink(model.link, shown.message.seq))}>
            {words.link.copy}
          </SheetAct>
          <SheetAct icon="copy" onPress={copy(shown.text)}>
            {words.copyText}
          </SheetAct>
        </>
      )}
      {isMine && (
        <SheetAct icon="edit" onPress={after(() => model.composing.edit(shown))}>
          {words.edit}
        </SheetAct>
      )}
      {isMine && (
        <SheetAct icon="trash" isBad onPress={onDelete}>
          {words.delete}
        </SheetAct>
      )}
    </>
  );
}

interface SheetActProps {
  readonly icon: IconName;
  readonly isBad?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

function SheetAct({ icon, isBad = false, onPress, children }: SheetActProps) {
  return (
    <button type="button" class={`sheet-act${isBad ? " is-bad" : ""}`} onClick={onPress}>
      <Icon name={icon} />
      {children}
    </button>
  );
}
