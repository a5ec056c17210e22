/** Which room somebody means by what they type into the field that opens one. */
import { canonicalRoomName, roomNameFromSegment } from "../protocol/room-name.ts";

/** What somebody typed or pasted: a name, with spaces perhaps, or a room's whole link. */
export function roomTyped(text: string): string | undefined {
  const name = text.trim().split(/[?#]/, 1)[0]?.split("/").at(-1) ?? "";
  const isEncoded = name.includes("%");
  return isEncoded ? roomNameFromSegment(name) : canonicalRoomName(name.replace(/\s+/gu, "-"));
}
