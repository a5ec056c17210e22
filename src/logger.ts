/**
 * Log lines for the operator: one JSON object a line, with an event name and ids. Nobody may hand it the text of a
 * message, a key or a token.
 */
import { pino, stdTimeFunctions } from "pino";
import type { DestinationStream, Level, Logger as PinoLogger } from "pino";

/** `logger.info({ room }, "room_opened")` writes `{"level":"info","time":"…","room":"…","event":"room_opened"}`. */
export type Logger = Pick<PinoLogger, Level | "isLevelEnabled">;

/** Standard output, written to beside the event loop: whoever is slow to read it holds nobody up. */
export interface Output {
  readonly lines: ReturnType<typeof pino.destination>;
  /** Whoever read it is gone, and nothing is written any more. */
  readonly isClosed: boolean;
}

export function openOutput(): Output {
  const output = { lines: pino.destination(process.stdout.fd), isClosed: false };
  output.lines.on("error", () => (output.isClosed = true));
  return output;
}

export function createLogger(level: Level | "silent", destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    messageKey: "event",
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const lastLinesMs = 2_000;

/**
 * Ends the process once its last lines are written: those on their way would be lost, or come behind later ones. Until
 * then there may be more, so the output stays open.
 */
export function exitAfter({ lines, isClosed }: Output, code: number): void {
  const exit = (): void => process.exit(code);
  if (isClosed) exit();
  lines.once("drain", exit).once("error", exit);
  // A line that nobody takes holds up an orderly exit for as long as that.
  setTimeout(() => process.kill(process.pid, "SIGKILL"), lastLinesMs);
  // What drains comes after all that was written before.
  lines.write("");
}
