/** What this person said last and the server has kept, also while they read far above it. */
import type { ShownMessage } from "../protocol/fold.ts";
import { foresee } from "./foresight.ts";
import type { Me } from "./me.ts";
import { isEdit } from "./outgoing.ts";
import type { Reading } from "./reading.ts";
import type { Sending } from "./sending.ts";

interface Sources {
  readonly me: Me;
  readonly reading: Reading;
  readonly sending: Sending;
}

/** In the words it has now, or is about to have. */
export function lastSaid({ me, reading, sending }: Sources): ShownMessage | undefined {
  const outgoing = sending.outgoing.value;
  const said = foresee(reading.held?.messages ?? [], outgoing, me.self.value);
  const last = said.findLast(({ message, isDeleted }) => message.uid === me.uid && !isDeleted);
  const edit = outgoing.filter(isEdit).find(({ act }) => act.target === last?.message.seq);
  return last && edit ? { ...last, text: edit.act.message } : last;
}
