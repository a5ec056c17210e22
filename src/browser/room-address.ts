/** The room's addresses, from where its page is: relative, so that a sub-path needs no configuration. */
import { lobby, roomNameFromSegment } from "../protocol/room-name.ts";

export interface RoomAddress {
  /** The link people share. */
  readonly link: string;
  /** Its part before the room's name, as shown: "talk.example/r/". */
  readonly host: string;
  readonly socketUrl: string;
  readonly eventsUrl: string;
  readonly peopleUrl: string;
  readonly searchUrl: string;
  readonly exportUrl: string;
  readonly healthUrl: string;
  /** Tells rooms of one origin apart in the store. */
  readonly scope: string;
}

/**
 * The room a page without a server shows, whose document is the same for all rooms.
 * @param base as for `roomAddress`
 */
export function roomAt(pageUrl: string, base: string): string {
  const segment = new URL(pageUrl).pathname.split("/").at(-1) ?? "";
  return (base === "" ? undefined : roomNameFromSegment(segment)) ?? lobby;
}

/**
 * @param pageUrl the page's own address
 * @param base from the page to the chat's root: "" or "../"
 */
export function roomAddress(pageUrl: string, base: string, room: string): RoomAddress {
  const rooms = new URL(`${base}r/`, pageUrl);
  const link = new URL(encodeURIComponent(room), rooms);
  const socket = new URL(pageUrl);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  socket.search = "";
  socket.hash = "";
  return {
    link: link.href,
    host: rooms.host + rooms.pathname,
    socketUrl: socket.href,
    eventsUrl: `${link.href}/events`,
    peopleUrl: `${link.href}/people`,
    searchUrl: `${link.href}/search`,
    exportUrl: `${link.href}/export`,
    healthUrl: new URL(`${base}health`, pageUrl).href,
    scope: link.pathname,
  };
}
