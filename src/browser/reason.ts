/** Why something could not be fetched, in words for a person. */
export function reasonOf(error: unknown): string {
  // fetch rejects with a TypeError or a DOMException whose words are the browser's own.
  if (error instanceof TypeError || error instanceof DOMException) return "The server can’t be reached.";
  return error instanceof Error ? error.message : String(error);
}
