/**
 * Why there is no socket. A browser does not tell what an upgrade was answered, so the server is asked over HTTP how it
 * is: one that is well and still lets nobody in has no room, or something before it does not let sockets through.
 */
export type Why = "lost" | "restarting" | "refusing";

const timeoutMs = 5_000;

export async function whyDown(healthUrl: string): Promise<Why> {
  try {
    const { status } = await fetch(healthUrl, { cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
    if (status === 503) return "restarting";
    return status === 200 ? "refusing" : "lost";
  } catch {
    return "lost"; // Nothing answers: the network is gone, or the server is.
  }
}
