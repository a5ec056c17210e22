/**
 * Whether somebody attends to a row: the mouse is over it, the keyboard is in it, or a finger tapped it or rests on it.
 * Only such a row has tools, so a long log is not full of buttons.
 */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const longPressMs = 500;
/** A finger that moves further scrolls. */
const stillPx = 10;

export function useAttendedRow() {
  const isHovered = useSignal(false);
  const isFocused = useSignal(false);
  const isPressed = useSignal(false);
  const tapped = useTapped();
  const press = useTouch({
    onTap: (row) => (tapped.value = row),
    onLongPress: () => (isPressed.value = true),
  });
  const handlers = {
    ...press,
    onPointerEnter: ({ pointerType }: PointerEvent) => (isHovered.value = pointerType === "mouse"),
    onPointerLeave: () => (isHovered.value = false),
    onFocusIn: ({ target }: FocusEvent) => {
      isFocused.value = target instanceof Element && target.matches(":focus-visible");
    },
    onFocusOut: () => (isFocused.value = false),
  };
  // The sheet lies in its row: what is over the one is no news to the other.
  const isAttended = !isPressed.value && (isHovered.value || isFocused.value);
  const isTapped = !isPressed.value && !isAttended && tapped.value !== undefined;
  return { isAttended, isTapped, isPressed, handlers };
}

/** The row, from a tap on it until one beside it. */
function useTapped(): Signal<EventTarget | undefined> {
  const tapped = useSignal<EventTarget | undefined>(undefined);
  const row = tapped.value;
  useEffect(() => {
    if (row === undefined) return undefined;
    const onPointerDown = (event: PointerEvent) => {
      if (!event.composedPath().includes(row)) tapped.value = undefined;
    };
    document.addEventListener("pointerdown", onPointerDown);
    return () => document.removeEventListener("pointerdown", onPointerDown);
  }, [row]);
  return tapped;
}

interface Touch {
  readonly onTap: (row: EventTarget) => void;
  readonly onLongPress: () => void;
}

function useTouch({ onTap, onLongPress }: Touch) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const end = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  return {
    onPointerDown: ({ pointerType, target, clientX, clientY }: PointerEvent) => {
      end();
      // What is pressed on has a meaning of its own.
      const isOwnThing = target instanceof Element && target.closest("a, button, dialog") !== null;
      if (pointerType === "mouse" || isOwnThing) return;
      start.current = { x: clientX, y: clientY };
      timer.current = setTimeout(() => {
        end();
        onLongPress();
      }, longPressMs);
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const { x, y } = start.current;
      if (Math.hypot(clientX - x, clientY - y) > stillPx) end();
    },
    onPointerUp: ({ currentTarget }: PointerEvent) => {
      if (timer.current !== undefined && currentTarget !== null) onTap(currentTarget);
      end();
    },
    onPointerCancel: end,
  };
}
