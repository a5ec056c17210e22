/** For programs at a terminal: whoever closes what they write to (`| head -1`) has read enough, which is no failure. */

/** They go on to their end, and end with their own exit code: a backup that is half told is made whole all the same. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreIfClosed);
}

function ignoreIfClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
