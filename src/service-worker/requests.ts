/**
 * Which requests of the page the service worker has to do with: rooms that are opened, and built files, whose names
 * hold the hash of their content. Everything else is the browser's own affair, other origins above all.
 */
import { roomNameFromSegment } from "../protocol/room-name.ts";

export type Wanted =
  | {
      readonly kind: "room";
      /** The page to open without a server, relative to the scope. */ readonly shell: Shell;
    }
  | { readonly kind: "built file" }
  | { readonly kind: "other" };

/** The same page twice: at the root and under `r/` relative addresses differ. */
export const shells = ["_offline", "r/_offline"] as const;
export type Shell = (typeof shells)[number];

interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/** @param scope the address everything of this chat is under, with a slash at its end */
export function wantedBy({ method, mode, url }: Asked, scope: string): Wanted {
  if (method !== "GET" || !url.startsWith(scope)) return { kind: "other" };
  const path = new URL(url).pathname.slice(new URL(scope).pathname.length);
  if (mode === "navigate") return roomWanted(path);
  return /^static\/app\/[\w.-]+-[A-Z0-9]{8}\.(?:js|css)$/.test(path)
    ? { kind: "built file" }
    : { kind: "other" };
}

function roomWanted(path: string): Wanted {
  if (path === "") return { kind: "room", shell: "_offline" };
  const segment = /^r\/([^/]+)$/.exec(path)?.[1];
  const isRoom = segment !== undefined && roomNameFromSegment(segment) !== undefined;
  return isRoom ? { kind: "room", shell: "r/_offline" } : { kind: "other" };
}
