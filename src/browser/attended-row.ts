/**
 * Whether somebody attends to a row: the mouse is over it, the keyboard is in it, or a finger rests on it. Only such
 * a row has tools, so a long log is not full of buttons.
 */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

const longPressMs = 500;
/** A finger that moves further scrolls. */
const stillPx = 10;

export function useAttendedRow() {
  const isHovered = useSignal(false);
  const isFocused = useSignal(false);
  const isPressed = useSignal(false);
  const press = useLongPress(() => (isPressed.value = true));
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
  return { isAttended, isPressed, handlers };
}

function useLongPress(onPress: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const end = () => clearTimeout(timer.current);
  return {
    onPointerDown: ({ pointerType, target, clientX, clientY }: PointerEvent) => {
      end();
      // What is pressed on has a meaning of its own.
      const isOwnThing = target instanceof Element && target.closest("a, button, dialog") !== null;
      if (pointerType === "mouse" || isOwnThing) return;
      start.current = { x: clientX, y: clientY };
      timer.current = setTimeout(onPress, longPressMs);
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const { x, y } = start.current;
      if (Math.hypot(clientX - x, clientY - y) > stillPx) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
