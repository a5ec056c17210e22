/** What programs at a terminal share: a line to read, a complaint with an exit code, and readers who have read enough. */

/** On standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** On standard error. @returns the exit code */
export function complain(line: string, code: number): number {
  process.stderr.write(`${line}\n`);
  return code;
}

/**
 * Whoever closes what they are told by (`| head -1`) has read enough, which is no failure: the program goes on to its end
 * and ends with its own exit code. A backup that is half told is made whole all the same.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreIfClosed);
}

function ignoreIfClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
