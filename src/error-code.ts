/** What Node says went wrong in a word that programs can tell apart: "ENOSPC", "EADDRINUSE". */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
