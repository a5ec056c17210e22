/** Why something did not work, in words for the person here. */
import type { ErrorCode } from "../protocol/error-codes.ts";
import { texts } from "./texts/texts.ts";

/** Why something could not be fetched. */
export function reasonOf(error: unknown): string {
  // fetch rejects with a TypeError or a DOMException whose words are the browser's own.
  if (error instanceof TypeError || error instanceof DOMException) return texts.trouble.unreachable;
  return error instanceof Error ? error.message : String(error);
}

/** What the server refused and said in its own words, or in the reader's where there are any. */
export function inOurWords<Refusal extends { readonly code: ErrorCode; readonly message: string }>(
  refusal: Refusal,
): Refusal {
  return { ...refusal, message: texts.trouble.refusals[refusal.code] ?? refusal.message };
}
