import type { SearchBudget } from "../../src/message-log/search.ts";

/** A busy machine takes longer than a person should have to wait: without this a search there is told to come again. */
export const patientSearch: SearchBudget = { indexMs: 30_000, searchMs: 30_000 };
