/** The `:room` of a path, as it was spelled there and percent-decoded once. */
import type { Request } from "express";

export function roomSpelling(request: Request): string {
  const spelling = request.params["room"];
  return typeof spelling === "string" ? spelling : "";
}
