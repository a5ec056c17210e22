/**
 * A room is a URL, so its name has one canonical spelling: percent-decoded once, NFKC, lower case. Then 1 to 64
 * letters, digits, marks (Hindi, Thai and Tamil need them), `_` or `-`, beginning with a letter or digit.
 */
export const lobby = "lobby";

const maxNameChars = 64;
const canonical = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,63}$/u;

/** The canonical name for one path segment as it stands in a URL, or nothing if it cannot name a room. */
export function roomNameFromSegment(segment: string): string | undefined {
  try {
    return canonicalRoomName(decodeURIComponent(segment));
  } catch {
    return undefined; // A malformed percent-encoding names nothing.
  }
}

/** The canonical name for what a person typed, or nothing if it cannot name a room. */
export function canonicalRoomName(spelling: string): string | undefined {
  if (!spelling.isWellFormed()) return undefined;
  // Lower case may undo the normal form (İ becomes i + U+0307), so it is normalised on both sides.
  const name = spelling.normalize("NFKC").toLowerCase().normalize("NFKC");
  return canonical.test(name) ? name : undefined;
}

/** The room that was most likely meant by a spelling that names none: by "Team stand up!" it is "team-stand-up". */
export function nearestRoomName(spelling: string): string | undefined {
  const words = spelling
    .toWellFormed()
    .normalize("NFKC")
    .split(/[^\p{L}\p{N}\p{M}_-]+/u);
  const name = words.join("-").replace(/^[^\p{L}\p{N}]+/u, "");
  const whole = Array.from(name).slice(0, maxNameChars).join("");
  return canonicalRoomName(whole.replace(/[-_]+$/u, ""));
}

/**
 * The room a request path names, in any spelling: `/` is the lobby, `/r/<room>` any other.
 * @param path as it stands in the request line, without query
 */
export function roomNameFromPath(path: string): string | undefined {
  if (path === "/") return lobby;
  const segment = /^\/r\/([^/]+)\/?$/.exec(path)?.[1];
  return segment === undefined ? undefined : roomNameFromSegment(segment);
}
