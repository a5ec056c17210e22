/**
 * The phone's Back closes what lies over the room before it leaves the room, as it does with a dialog of the browser's
 * own; so does Escape, wherever the focus is. Nothing is added to the history for it: where a browser has no such thing
 * Back leaves, as ever.
 */

interface Watcher {
  onclose: (() => void) | null;
  destroy: () => void;
}

declare const CloseWatcher: (new () => Watcher) | undefined;

/** @returns how to stop */
export function onCloseRequest(close: () => void): () => void {
  if (typeof CloseWatcher === "undefined") return () => undefined;
  const watcher = new CloseWatcher();
  watcher.onclose = close;
  return () => watcher.destroy();
}
