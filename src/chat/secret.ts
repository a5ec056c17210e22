/**
 * The server's secret, which makes uids of keys. Another one would make strangers of everybody who wrote before, so
 * a data folder remembers which one it belongs to and refuses any other.
 */
import { createHmac, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../message-log/data-folder.ts";

const ownerOnly = 0o600;
const missingSecret =
  "SECRET is not set, but this DATA_DIR was made with one: set it again, or use a new DATA_DIR.";
const otherSecret =
  "SECRET is not the one this DATA_DIR was made with: everybody would become somebody else. " +
  "Set the old one again (without SECRET it is the file `secret` in DATA_DIR), or use a new DATA_DIR.";

export class SecretError extends Error {
  override readonly name = "SecretError";
}

/**
 * The configured secret, or the one made when the folder was new.
 * @throws SecretError when the folder belongs to another secret, or cannot be written
 */
export function openSecret(dataDir: string, configured: string | undefined): string {
  try {
    makeFolder(dataDir);
    const fingerprint = join(dataDir, "secret.fingerprint");
    const secret = configured ?? keptSecret(join(dataDir, "secret"), existsSync(fingerprint));
    claim(fingerprint, secret);
    return secret;
  } catch (error) {
    if (error instanceof SecretError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SecretError(`DATA_DIR cannot be used: ${reason}`, { cause: error });
  }
}

/** Why a server would not start in this folder with this secret. Changes nothing. */
export function secretMistake(dataDir: string, configured: string | undefined): string | undefined {
  const [claimed, kept] = [join(dataDir, "secret.fingerprint"), join(dataDir, "secret")];
  if (!existsSync(claimed)) return undefined;
  if (configured === undefined && !existsSync(kept)) return missingSecret;
  const secret = configured ?? readFileSync(kept, "utf8").trim();
  return readFileSync(claimed, "utf8").trim() === fingerprintOf(secret) ? undefined : otherSecret;
}

/** Tells secrets apart without telling them. */
export function fingerprintOf(secret: string): string {
  return createHmac("sha256", secret).update("confab secret fingerprint").digest("base64url");
}

/** @param isClaimed the folder belongs to a secret already, so none may be made for it */
function keptSecret(file: string, isClaimed: boolean): string {
  if (!existsSync(file) && isClaimed) {
    throw new SecretError(missingSecret);
  }
  if (!existsSync(file)) writeWhole(file, randomBytes(32).toString("base64url"));
  return readFileSync(file, "utf8").trim();
}

function claim(file: string, secret: string): void {
  const fingerprint = fingerprintOf(secret);
  if (!existsSync(file)) writeWhole(file, fingerprint);
  if (readFileSync(file, "utf8").trim() === fingerprint) return;
  throw new SecretError(otherSecret);
}

/** A crash in between leaves no file or the whole one, and once this returns a power cut leaves the whole one. */
function writeWhole(file: string, content: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, `${content}\n`, { mode: ownerOnly, flush: true });
  renameSync(draft, file);
  syncFolder(dirname(file));
}

/** A new name is on the disk only once its folder is. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
