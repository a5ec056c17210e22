/** One thing the doctor looked at, how it is, and, where it is not well, what to do. */
export type Finding =
  | { readonly level: "ok"; readonly what: string }
  | { readonly level: "warning" | "failure"; readonly what: string; readonly advice: string };

export function ok(what: string): Finding {
  return { level: "ok", what };
}

/** It works, but probably not as meant, or not for long. */
export function warning(what: string, advice: string): Finding {
  return { level: "warning", what, advice };
}

/** It does not work, or loses something. */
export function failure(what: string, advice: string): Finding {
  return { level: "failure", what, advice };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
