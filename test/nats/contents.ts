/** What nodes hold, straight from their files: that of all of them has to be equal. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { eventually } from "../message-log/opened-log.ts";
import type { OpenedNode } from "./opened-log.ts";

/** Everything a reader can ever be told of, straight from the file. */
export function contentOf({ dataDir }: OpenedNode): unknown[] {
  const db = new DatabaseSync(join(dataDir, "confab.db"), { readOnly: true });
  const rooms = "SELECT name, pruned_through FROM rooms ORDER BY name";
  const events = "SELECT events.*, rooms.name AS room FROM events JOIN rooms USING (room_id) ORDER BY seq";
  const content = [events, rooms, "SELECT epoch, last_seq FROM epochs ORDER BY epoch"].map((sql) =>
    db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row, room_id: undefined })),
  );
  db.close();
  return content;
}

/** Resolves when all have come as far as the furthest now. */
export async function atEnd(nodes: readonly OpenedNode[]): Promise<void> {
  const head = Math.max(...nodes.map(({ log }) => log.head));
  await eventually(() => nodes.every(({ log }) => log.head === head));
}
