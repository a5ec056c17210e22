/**
 * Loaded before a test file, and by every thread it starts: writes down each mutant that is reached, at once, since a
 * thread that is terminated gets no chance to do it later.
 */
import { appendFileSync } from "node:fs";

const record = process.env["MUTANTS_REACHED"];
if (record !== undefined) {
  const reached = new Proxy<Record<string, number>>(
    {},
    {
      set: (counts, id, count: number) => {
        if (typeof id === "string" && counts[id] === undefined) appendFileSync(record, `${id}\n`);
        return Reflect.set(counts, id, count);
      },
    },
  );
  Object.assign(globalThis, { __stryker__: { mutantCoverage: { static: reached, perTest: {} } } });
}
