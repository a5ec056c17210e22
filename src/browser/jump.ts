/** Brings one message before the reader's eyes, wherever in the log it is, or the newest ones. */
import type { Seq } from "../protocol/events.ts";
import type { Whereabouts } from "./history.ts";
import { leavePermalink } from "./permalink-address.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import { rowKeyOf } from "./rows.ts";
import { texts } from "./texts/texts.ts";

export async function jumpTo(seq: Seq, model: RoomModel, place: ReadingPlace): Promise<Whereabouts> {
  const whereabouts = await model.reading.goTo(seq);
  try {
    if (whereabouts !== "there" && whereabouts !== "deleted") return whereabouts;
    // What was loaded is drawn in the frame that was asked for before this one.
    await new Promise(requestAnimationFrame);
    const key = rowKeyOf(model.rows.value, seq);
    return key !== undefined && place.toRow(key) ? whereabouts : "gone";
  } finally {
    model.reading.arrived();
  }
}

/** For who follows a quote or a link: takes the focus along, and says what is not to be seen there. */
export async function followTo(seq: Seq, model: RoomModel, place: ReadingPlace): Promise<void> {
  const whereabouts = await jumpTo(seq, model, place);
  if (whereabouts === "there" || whereabouts === "deleted") place.focusFound();
  if (whereabouts !== "there") model.tell(texts.reading.jump[whereabouts]);
}

export function toNewest(model: RoomModel, place: ReadingPlace): void {
  model.reading.toNewest();
  place.toEnd();
  leavePermalink();
}
