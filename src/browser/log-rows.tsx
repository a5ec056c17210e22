/** The log's rows: days, one person's messages under their name, comings and goings. */
import { Component } from "preact";
import { hueOf } from "../protocol/person-name.ts";
import { Avatar } from "./avatar.tsx";
import { EntryTime } from "./entry-time.tsx";
import { MessageRow } from "./message-row.tsx";
import { Name } from "./name.tsx";
import { movesInWords } from "./names-in-words.ts";
import type { Moves } from "./presence.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RoomModel } from "./room-model.ts";
import type { Group, Row } from "./rows.ts";
import { texts } from "./texts/texts.ts";
import type { TimeWords } from "./time-words.ts";

interface Props {
  readonly model: RoomModel;
  readonly words: TimeWords;
  readonly place: ReadingPlace;
}

interface RowProps extends Props {
  readonly row: Row;
  /** Names the present day: what was today is yesterday after midnight. */
  readonly today: string;
}

/** A row that is still the same object is not drawn again: most of a long log, at every message. */
export class LogRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.row !== this.props.row || (next.row.kind === "day" && next.today !== this.props.today);
  }

  render({ row, model, words, place }: RowProps) {
    switch (row.kind) {
      case "day":
        return (
          <h2 class="day">
            <span>{words.day(row.at, Date.now())}</span>
          </h2>
        );
      case "new":
        return (
          <p class="new">
            <span>{texts.reading.line}</span>
          </p>
        );
      case "moves":
        return <MovesLine moves={row.moves} />;
      case "group":
        return <GroupRows group={row} model={model} words={words} place={place} />;
    }
  }
}

function GroupRows({ group, model, words, place }: Props & { readonly group: Group }) {
  const first = group.entries[0];
  return (
    <article class={`group h${hueOf(group.uid)}${group.isOwn ? " own" : ""}`}>
      <span class="gut">
        <Avatar uid={group.uid} />
      </span>
      <h3 class="by">
        <Name class="name" title={group.name}>
          {group.name}
        </Name>
        {group.isOwn && <span class="sr"> {texts.reading.you}</span>}
        {group.isBot && <span class="role">{texts.reading.bot}</span>}
        {first !== undefined && (
          <EntryTime entry={first} words={words} class="at" text={words.short(first.at)} />
        )}
      </h3>
      {group.entries.map((entry, index) => (
        <MessageRow
          key={entry.key}
          entry={entry}
          isFirst={index === 0}
          model={model}
          words={words}
          place={place}
        />
      ))}
    </article>
  );
}

function MovesLine({ moves }: { readonly moves: Moves }) {
  const names = (people: Moves["joined"]) => people.map(({ name }) => name);
  return (
    <p class="joins">
      <span class="gut">
        {[...moves.joined, ...moves.left].slice(0, 2).map(({ uid }) => (
          <Avatar key={uid} uid={uid} />
        ))}
      </span>
      <span>{movesInWords(names(moves.joined), names(moves.left))}</span>
    </p>
  );
}
