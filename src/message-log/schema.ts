/**
 * The file's schema, as the list of steps that made it: `PRAGMA user_version` counts those done. A step that was
 * released is never changed; a new one is added below it.
 */

/** "Conf": tells our file from any other SQLite database. */
export const applicationId = 0x436f6e66;

export const migrations: readonly string[] = [
  `
  CREATE TABLE epochs (
    epoch TEXT PRIMARY KEY,
    begun INTEGER NOT NULL,
    last_seq INTEGER -- the last number given when the next epoch began; NULL while it is the present one
  ) STRICT;

  -- Marks of the file's own progress, such as the last event the search index knows.
  CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT INTO marks VALUES ('opened', 0), ('indexed', 0);

  CREATE TABLE rooms (
    room_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    pruned_through INTEGER NOT NULL DEFAULT 0 -- the highest number retention took from this room
  ) STRICT;

  -- Rows change only in columns whose new value takes the same room, so that SQLite overwrites them where they are:
  -- a row that moved would leave a copy of its text in the free part of a page, where no erasure finds it.
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, also after the newest row is gone
    room_id INTEGER NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('msg', 'edit', 'delete', 'react')),
    stands INTEGER NOT NULL DEFAULT 1, -- 0: a later act replaced it, so it is no part of its message's net state
    erased INTEGER NOT NULL DEFAULT 0, -- 1: msg holds spaces, as many as its text had bytes
    uid TEXT NOT NULL,
    ref TEXT NOT NULL,
    at INTEGER NOT NULL,
    target INTEGER CHECK ((target IS NULL) = (type = 'msg')),
    msg TEXT,
    id INTEGER,
    name TEXT,
    reply_to INTEGER,
    is_bot INTEGER,
    emoji TEXT,
    is_on INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX events_by_ref ON events (room_id, uid, ref);
  CREATE INDEX events_by_room ON events (room_id, seq);
  CREATE INDEX messages_by_room ON events (room_id, seq) WHERE type = 'msg';
  CREATE INDEX acts_by_target ON events (target, type, stands, emoji, uid) WHERE target IS NOT NULL;
  CREATE INDEX deletions ON events (target) WHERE type = 'delete';

  -- The index keeps no text of its own. spaced() is ours, see search-text.ts; the room's token keeps a common word
  -- in a small room from walking through every other room.
  CREATE VIEW searchable AS
    SELECT m.seq, 'r' || m.room_id AS room, spaced(coalesce(
      (SELECT e.msg FROM events e WHERE e.target = m.seq AND e.type = 'edit' AND e.stands = 1), m.msg)) AS body
    FROM events m WHERE m.type = 'msg' AND m.erased = 0;
  CREATE VIRTUAL TABLE search USING fts5 (
    body, room, content = 'searchable', content_rowid = 'seq', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
  );
  INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
  `,
  `
  -- Where in a shared log the events are that came into it from a file: their numbers are older than their places.
  CREATE TABLE imported (seq INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT;
  -- Records of a shared log that asked once more for what is kept already: their text is to be erased with it.
  CREATE TABLE copies (place INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
  CREATE INDEX copies_by_seq ON copies (seq);
  `,
  `
  -- Places in a shared log whose records retention took out of this file: they are to go from the log too, highest rank first.
  CREATE TABLE taken (place INTEGER PRIMARY KEY, room_id INTEGER NOT NULL, rank INTEGER NOT NULL) STRICT;
  CREATE INDEX taken_by_rank ON taken (rank);
  `,
  `
  -- Beside messages_by_room one of everything would write each message once more than its reading takes.
  DROP INDEX events_by_room;
  CREATE INDEX acts_by_room ON events (room_id, seq) WHERE type <> 'msg';
  `,
];
