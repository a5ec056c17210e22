/** Lines for the operator: an object with fields, then the event's name. */
export interface LogLines {
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
  error(fields: object, event: string): void;
}
