/** Brings one message before the reader's eyes, loading the log back to it where it is not held yet. */
import type { Seq } from "../protocol/events.ts";
import type { BackTo } from "./history.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import type { Row } from "./rows.ts";

/** "gone": the log was loaded as far back, and the message is not in it. */
export type Jump = "there" | "gone" | Exclude<BackTo, "held">;

export async function jumpTo(seq: Seq, model: RoomModel, place: ReadingPlace): Promise<Jump> {
  const backTo = await model.reading.loadBackTo(seq);
  if (backTo !== "held") return backTo;
  const key = rowKey(model.rows.value, seq);
  // What was loaded is drawn in the frame that was asked for before this one.
  await new Promise(requestAnimationFrame);
  return key !== undefined && place.toRow(key) ? "there" : "gone";
}

/** One's own messages have rows named by their ref. */
function rowKey(rows: readonly Row[], seq: Seq): string | undefined {
  for (const row of rows) {
    if (row.kind !== "group") continue;
    const entry = row.entries.find((each) => each.kind === "kept" && each.shown.message.seq === seq);
    if (entry !== undefined) return entry.key;
  }
  return undefined;
}
