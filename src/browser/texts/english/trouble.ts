/** What goes wrong, and the way on. */
import type { ErrorCode } from "../../../protocol/error-codes.ts";
import type { Grammar } from "../grammar.ts";

/** The server says in English what it refuses, and says more than a code can. */
const refusals: Partial<Record<ErrorCode, string>> = {};

export const trouble = ({ number }: Grammar) => ({
  refusals,
  tryAgain: "Try again",
  retry: "Retry",
  delete: "Delete",
  forget: "Forget",
  notSent: "Not sent.",
  notChanged: "Not changed.",
  notDeleted: "Not deleted.",
  notReacted: "Reaction not kept.",
  noAnswer: "The server did not answer.",
  overAWeekOld: "It’s from over a week ago.",
  offline: "Offline",
  down: {
    lost: "Reconnecting…",
    restarting: "Server restarting…",
    refusing: "The server is full…",
  },
  inSeconds: (seconds: number) => `in ${seconds} s`,
  tryNow: "Try now",
  queued: (count: number) => `queued (${number(count)})`,
  refused: (reason: string) => `Not connected: ${reason}. Reload to try again.`,
  unreachable: "The server can’t be reached.",
  /** @param words the server's own, in English */
  problem: (status: number, words?: string) => words ?? `The server answered ${status}.`,
  notAPage: "The server’s answer is not a page of messages.",
  unreadable: "The server’s answer could not be read.",
  asksAgain: "No answer yet. Asking again…",
  catchingUp: "The server is still catching up.",
});
