/** Whether a key goes to an input method that is composing: it is not ours then. */

/** Safari ends a composition before its Enter, and tells by the key code 229 only. */
export function isComposing(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- no other property tells Safari's Enter apart
  return event.isComposing || event.keyCode === 229;
}
