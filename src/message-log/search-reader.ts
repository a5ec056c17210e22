/**
 * Finds messages that hold every word asked for: first those with the words as typed, then the newest. Both come in
 * order from the index and stop at the limit; ranking by bm25 would read every occurrence in the whole file.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Seq } from "../protocol/events.ts";
import { openForReading } from "./database.ts";
import { text, whole } from "./event-rows.ts";
import type { Row } from "./event-rows.ts";
import type { SearchHit } from "./message-log.ts";
import { searchQueries, snippetPieces, snippetSql } from "./search-text.ts";

const maxHits = 50;

export class SearchReader {
  readonly #db: DatabaseSync;
  readonly #room: StatementSync;
  readonly #find: StatementSync;

  constructor(path: string) {
    this.#db = openForReading(path);
    this.#room = this.#db.prepare("SELECT room_id FROM rooms WHERE name = ?");
    this.#find = this.#db.prepare(`
      SELECT seq, uid, name, at, ${snippetSql} AS snippet
      FROM search JOIN events ON events.seq = search.rowid
      WHERE search MATCH ? AND erased = 0 ORDER BY search.rowid DESC LIMIT ${maxHits}`);
  }

  find(room: string, query: string): SearchHit[] {
    const roomRow = this.#room.get(room);
    if (roomRow === undefined) return [];
    const queries = searchQueries(whole(roomRow, "room_id"), query);
    if (queries === undefined) return [];
    const hits = new Map<Seq, SearchHit>();
    for (const match of new Set([queries.asTyped, queries.everyWord])) {
      if (hits.size >= maxHits) break;
      for (const row of this.#find.all(match)) {
        const hit = hitOf(row);
        if (hits.size < maxHits && !hits.has(hit.seq)) hits.set(hit.seq, hit);
      }
    }
    return [...hits.values()];
  }

  close(): void {
    this.#db.close();
  }
}

function hitOf(row: Row): SearchHit {
  return {
    seq: whole(row, "seq"),
    uid: text(row, "uid"),
    name: text(row, "name"),
    at: whole(row, "at"),
    snippet: snippetPieces(text(row, "snippet")),
  };
}
