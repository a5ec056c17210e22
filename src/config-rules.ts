/** What a variable of the environment may hold: for each kind the words that say it and the parser that holds to it. */
import { isIP } from "node:net";

export interface Rule<Value> {
  /** Completes "must be …". */
  readonly allowed: string;
  readonly isSecret?: true;
  /** What an unset variable without a default means; without this, the Config lacks it. */
  readonly whenUnset?: Value;
  /** Nothing if the text is not allowed. Never asked about an empty text. */
  readonly parse: (text: string) => Value | undefined;
}

export const host: Rule<string> = {
  allowed: "an IP address or a host name",
  parse: (text) => (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined),
};
export const path: Rule<string> = {
  allowed: "a path",
  parse: (text) => (text.includes("\0") ? undefined : text),
};
export const secret: Rule<string> = {
  allowed: "text without NUL, best 32 characters or more",
  isSecret: true,
  parse: (text) => (text.includes("\0") ? undefined : text),
};
export const token: Rule<string> = {
  allowed: "1 to 256 visible ASCII characters, best 32 random ones or more",
  isSecret: true,
  parse: (text) => (/^[\x21-\x7e]{1,256}$/.test(text) ? text : undefined),
};
export const label: Rule<string> = {
  allowed: "1 to 40 characters without control characters",
  parse: (text) => (/^\P{Cc}{1,40}$/u.test(text) ? text : undefined),
};
export const origins: Rule<readonly string[]> = {
  allowed:
    "origins such as https://chat.example.com, separated by commas, or null for pages opened from a file",
  whenUnset: Object.freeze([]),
  parse: parseOrigins,
};
export const natsServers: Rule<readonly string[]> = {
  allowed:
    "servers such as nats://10.0.0.1:4222, separated by commas; a user and password go to NATS_USER and NATS_PASSWORD",
  // Somebody may have put a password in.
  isSecret: true,
  parse: parseNatsServers,
};
export const natsPrefix: Rule<string> = {
  allowed: "1 to 32 letters, digits, - or _",
  parse: (text) => (/^[A-Za-z0-9_-]{1,32}$/.test(text) ? text : undefined),
};

export function whole(least: number, most: number): Rule<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    parse: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Rule<Choice> {
  return {
    allowed: `one of ${choices.join(", ")}`,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

function parseOrigins(text: string): readonly string[] | undefined {
  const given = text.split(",").filter((origin) => origin.trim() !== "");
  const known = given.map((origin) => parseOrigin(origin.trim())).filter((origin) => origin !== undefined);
  return known.length === given.length && known.length > 0 ? Object.freeze(known) : undefined;
}

function parseOrigin(text: string): string | undefined {
  if (text === "null") return text;
  if (!/^https?:\/\/[^/?#@]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

function parseNatsServers(text: string): readonly string[] | undefined {
  const given = text.split(",").map((server) => server.trim());
  const servers = given.map((server) => (server.includes("://") ? server : `nats://${server}`));
  return servers.every(isNatsServer) ? Object.freeze(servers) : undefined;
}

function isNatsServer(server: string): boolean {
  return /^(?:nats|tls):\/\/[^/?#@]+\/?$/i.test(server) && URL.canParse(server);
}
