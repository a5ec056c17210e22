/** Is the configuration right, and probably what was meant? Values of secrets are never shown. */
import { ConfigError, readConfig, variables, type Config } from "../config.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>;
  /** Permissions, as in `chmod`. */
  readonly mode: number;
}

export interface Checked {
  /** Nothing where it is wrong. */
  readonly config: Config | undefined;
  readonly findings: readonly Finding[];
}

const namesOfSecrets = Object.values(variables)
  .filter(({ rule }) => rule.isSecret === true)
  .map(({ name }) => name);
/** Guessing one of these takes longer than anybody has. */
const strongLength = 32;

/** @param envFile the file `.env`, if there is one */
export function checkConfiguration(env: NodeJS.ProcessEnv, envFile: EnvFile | undefined): Checked {
  const doubts = [...unknownNames(envFile), ...readableSecrets(envFile), ...weakSecrets(env)];
  try {
    const config = readConfig(env);
    const isSet = Object.values(variables).filter(({ name }) => (env[name] ?? "").trim() !== "");
    const found = isSet.length === 0 ? "all defaults" : isSet.map(({ name }) => name).join(", ");
    return { config, findings: [ok(`the configuration is valid (set: ${found})`), ...doubts] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = "correct it in the environment or in .env; README's table says what each variable takes";
    return {
      config: undefined,
      findings: [...error.mistakes.map((line) => failure(line, advice)), ...doubts],
    };
  }
}

function unknownNames(envFile: EnvFile | undefined): Finding[] {
  const known = new Set(Object.values(variables).map(({ name }) => name));
  const unknown = Object.keys(envFile?.values ?? {}).filter((name) => !known.has(name));
  return unknown.map((name) =>
    warning(
      `.env sets ${name}, which is no variable of Confab`,
      "look for a slip of the pen, or remove the line",
    ),
  );
}

function readableSecrets(envFile: EnvFile | undefined): Finding[] {
  if (envFile === undefined || process.platform === "win32" || (envFile.mode & 0o077) === 0) return [];
  const held = namesOfSecrets.filter((name) => (envFile.values[name] ?? "") !== "");
  if (held.length === 0) return [];
  return [warning(`.env holds ${held.join(", ")} and others on this machine may read it`, "chmod 600 .env")];
}

function weakSecrets(env: NodeJS.ProcessEnv): Finding[] {
  const weak = namesOfSecrets.filter((name) => {
    const length = (env[name] ?? "").trim().length;
    return length > 0 && length < strongLength && name !== "NATS_PASSWORD";
  });
  const advice = `make it with: node -p "crypto.randomBytes(32).toString('base64url')"`;
  return weak.map((name) =>
    name === "SECRET"
      ? warning(
          `SECRET has less than ${strongLength} characters`,
          "a longer one makes everybody a stranger: change it before people come",
        )
      : warning(`${name} has less than ${strongLength} characters`, advice),
  );
}
