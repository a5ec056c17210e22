/**
 * Where a visit to the room begins: at the message its address names; where the tab left it, by a reload or on the way
 * Back; where what is new begins, if that is further up than the window reaches; else at the newest message.
 */
import { effect } from "@preact/signals";
import { followTo } from "./jump.ts";
import { linkedSeq } from "./permalink-address.ts";
import type { Left, ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import { browserStore } from "./store.ts";

/** @param scope tells rooms of one origin apart */
export function openRoom(model: RoomModel, place: ReadingPlace, scope: string): void {
  const tab = browserStore(() => sessionStorage);
  const key = `confab:left:${scope}`;
  const linked = () => linkedSeq(location.hash);
  const left = comesBack() ? readLeft(tab.get(key)) : undefined;
  const follow = () => {
    const seq = linked();
    if (seq !== undefined) void followTo(seq, model, place);
  };
  model.start(linked() ?? left?.at, linked() !== undefined);
  const stop = effect(() => {
    if (!model.reading.isLoaded.value) return;
    queueMicrotask(() => stop());
    if (linked() === undefined) begin(left, model, place);
    else follow();
  });
  addEventListener("hashchange", follow);
  addEventListener("pagehide", () => {
    if (place.left === undefined) tab.remove(key);
    else tab.set(key, `${place.left.at} ${place.left.topPx}`);
  });
}

function begin(left: Left | undefined, { reading }: RoomModel, place: ReadingPlace): void {
  if (left === undefined && reading.line.peek() === undefined) {
    reading.arrived();
    return;
  }
  place.onceDrawn(() => {
    if (left === undefined) place.toNew();
    else place.toLeft(left);
    reading.arrived();
  });
}

/** A link to the room is another visit; a reload and the way Back are the same one. */
function comesBack(): boolean {
  const [visit] = performance.getEntriesByType("navigation");
  return visit instanceof PerformanceNavigationTiming && ["reload", "back_forward"].includes(visit.type);
}

function readLeft(text: string | undefined): Left | undefined {
  const [, at, topPx] = /^(\d{1,15}) (-?\d{1,6}(?:\.\d+)?)$/.exec(text ?? "") ?? [];
  return at === undefined ? undefined : { at: Number(at), topPx: Number(topPx) };
}
