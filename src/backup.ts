/**
 * `npm run backup -- FILE`: copies what is kept, while the server runs or not. Exit codes: 0 copied, 1 not (a line says
 * why, and no file is left), 2 asked wrongly or configured wrongly.
 */
import { copyFileSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import dotenv from "dotenv";
import { ConfigError, readConfig, type Config } from "./config.ts";
import { BackupError, backUpLog } from "./message-log/backup.ts";
import { complain, outliveReaders, say } from "./terminal.ts";

const usage = "Say where to: npm run backup -- FILE (a file that is not there yet)";

function main(args: readonly string[]): number {
  const [given] = args;
  if (given === undefined || args.length > 1) return complain(usage, 2);
  dotenv.config({ quiet: true });
  // npm runs scripts in the package's folder: a relative file is meant from where npm was called.
  const file = resolve(process.env["INIT_CWD"] ?? "", given);
  const config = readConfig(process.env);
  const secretFile = `${file}.secret`;
  if (existsSync(secretFile)) throw new BackupError(`${secretFile} is there already, and is not overwritten`);
  const { bytes, messages } = backUpLog(config.dataDir, file);
  say(`Backed up ${messages} messages to ${file} (${(bytes / 2 ** 20).toFixed(1)} MiB).`);
  say(secretWords(config, secretFile));
  return 0;
}

/** Without the secret everybody who comes back to a restored chat is a stranger. */
function secretWords({ dataDir, secret }: Config, file: string): string {
  if (secret !== undefined) return "The SECRET of your configuration is not in it: keep that as safe.";
  copyFileSync(join(dataDir, "secret"), file, constants.COPYFILE_EXCL);
  return `The server's secret is beside it, in ${file}: keep both, and keep them from others.`;
}

if (import.meta.main) {
  outliveReaders();
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    const isConfig = error instanceof ConfigError;
    const reason = error instanceof Error ? error.message : String(error);
    process.exitCode = complain(`No backup was made: ${reason}`, isConfig ? 2 : 1);
  }
}
