/**
 * Has the browser keep what it takes to open a room without a server (src/service-worker). Asked for once the room is
 * there, since nothing of it is needed before; and nowhere but in a secure context, where browsers have it. Goes where
 * a notification leads.
 */
const patienceMs = 2_000;

/** @param base from the page to the chat's root */
export function installWorker(base: string): void {
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  // Somebody pressed on what told them of a message here.
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (typeof data === "string") location.hash = new URL(data).hash;
  });
  const url = new URL(`${base}service-worker.js`, location.href);
  setTimeout(() => {
    // A browser may have none for this page (a private window, say): then rooms open with a server only.
    navigator.serviceWorker.register(url, { updateViaCache: "none" }).catch(() => undefined);
  }, patienceMs);
}
