/**
 * Log lines for the operator: one JSON object a line, with an event name and ids. Nobody may hand it the text of a
 * message, a key or a token.
 */
import { pino, stdTimeFunctions } from "pino";
import type { DestinationStream, Level, Logger as PinoLogger } from "pino";

/** `logger.info({ room }, "room_opened")` writes `{"level":"info","time":"…","room":"…","event":"room_opened"}`. */
export type Logger = Pick<PinoLogger, Level>;

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
