/** The rows of an open room: built when they are drawn, so a burst of events costs one build. */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { UnixMs } from "../protocol/events.ts";
import type { Company } from "./company.ts";
import { foresee } from "./foresight.ts";
import { keepRows } from "./kept-rows.ts";
import type { Me } from "./me.ts";
import type { Reading } from "./reading.ts";
import { buildRows, type Row } from "./rows.ts";
import type { Sending } from "./sending.ts";

interface Sources {
  readonly company: Company;
  readonly me: Me;
  readonly sending: Sending;
  readonly reading: Reading;
}

/** @param dayKey same value, same day */
export function shownRows(room: Sources, dayKey: (at: UnixMs) => string): ReadonlySignal<readonly Row[]> {
  let rows: readonly Row[] = [];
  return computed(() => {
    const [moves, me] = [room.company.moves.value, room.me.self.value];
    const outgoing = room.sending.outgoing.value;
    const { part, line } = room.reading;
    const foreseen = { ...part.value, messages: foresee(part.value.messages, outgoing, me) };
    const fresh = buildRows({ part: foreseen, line: line.value, outgoing, moves, me, dayKey });
    return (rows = keepRows(fresh, rows));
  });
}
