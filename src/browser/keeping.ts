/**
 * Has the newest messages kept in this browser while the person reads, and shows them where a visit begins without a
 * server. Only where there is a cache for pages (a secure context).
 */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import type { RoomModel } from "./room-model.ts";

/** Messages come in bursts, and a disk is slow. */
const pauseMs = 1_500;

/** "unneeded": there is a server, or it has answered before. */
export type Kept = "unneeded" | "shown" | "nothing";

export function keepForLater(model: RoomModel, eventsUrl: string): ReadonlySignal<Kept> {
  const kept = signal<Kept>("unneeded");
  if (!("caches" in globalThis)) return kept;
  const part = () => import("./kept-page.ts");
  const open = async () => {
    const page = await part()
      .then(({ keptPage }) => keptPage(eventsUrl))
      .catch(() => undefined); // It was never here.
    if (model.connection.value.state === "live") return;
    kept.value = page === undefined ? "nothing" : "shown";
    if (page !== undefined) model.reading.takeKept(page);
  };
  effect(() => {
    const hasFailed = model.reading.loading.value.state === "failed";
    if (hasFailed && !model.reading.isLoaded.value) void open();
  });
  effect(() => {
    if (model.connection.value.state === "live") kept.value = "unneeded";
  });
  keepWhatIsRead(model, async () => {
    const { held } = model.reading;
    if (held !== undefined) await (await part()).keepPage(eventsUrl, held);
  });
  return kept;
}

/** @param path of a room's page */
export function forgetKept(path: string): void {
  if (!("caches" in globalThis)) return;
  const eventsUrl = new URL(`${path}/events`, location.href).href;
  void import("./kept-page.ts").then(({ forgetPage }) => forgetPage(eventsUrl)).catch(() => undefined); // It was never kept.
}

function keepWhatIsRead({ rows, reading, connection }: RoomModel, keep: () => Promise<void>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    timer = undefined;
    // A full disk, say: what could not be kept is read from the server.
    keep().catch(() => undefined);
  };
  effect(() => {
    // With every change of what is shown, and only of what the server has told.
    if (rows.value.length > 0 && reading.isLoaded.value && connection.value.state === "live") {
      timer ??= setTimeout(now, pauseMs);
    }
  });
}
