/** Is what was kept whole, and does DATA_DIR belong to the secret that is configured? */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { secretMistake } from "../chat/secret.ts";
import type { Config } from "../config.ts";
import { inspectLog } from "../message-log/inspection.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

export function checkLog({ dataDir, secret }: Pick<Config, "dataDir" | "secret">): Finding[] {
  return [logFinding(dataDir), ...secretFindings(dataDir, secret)];
}

function logFinding(dataDir: string): Finding {
  const seen = inspectLog(dataDir);
  switch (seen.state) {
    case "absent":
      return ok("nothing was kept in DATA_DIR yet");
    case "sound":
      return ok(
        `the log is whole: ${seen.messages.toLocaleString("en")} messages in ${seen.rooms.toLocaleString("en")} rooms, ${(seen.bytes / 2 ** 20).toFixed(1)} MiB`,
      );
    case "foreign":
      return failure("confab.db is another program's database", "move it away, or choose another DATA_DIR");
    case "newer":
      return failure(`confab.db was written by a newer Confab (${seen.details.join()})`, "update Confab");
    case "unreadable": {
      const advice =
        "make room on the disk if it is full; else look at the system's log (dmesg), and at the disk";
      return failure(`the log cannot be read now: ${seen.details.join("; ")}`, advice);
    }
    case "damaged": {
      const advice =
        "stop the server, keep a copy of DATA_DIR, and put a backup back; lines about fts5 mend themselves at the next start";
      return failure(`the log is damaged: ${seen.details.join("; ")}`, advice);
    }
  }
}

function secretFindings(dataDir: string, configured: string | undefined): Finding[] {
  const mistake = secretMistake(dataDir, configured);
  if (mistake !== undefined) return [failure(mistake, "see above; the server does not start like this")];
  const file = join(dataDir, "secret");
  const isOpen = existsSync(file) && process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;
  if (!isOpen)
    return [
      ok(configured === undefined ? "the secret is DATA_DIR's own" : "the secret is the configured one"),
    ];
  return [warning("others on this machine may read the server's secret", `chmod 600 ${file}`)];
}
