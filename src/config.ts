/**
 * The environment as one frozen, validated Config. Every mistake is found before anything starts, and all of them are
 * told at once; the value of a secret is never told.
 */
import { contradictionsOf } from "./config-combinations.ts";
import { host, label, natsPrefix, natsServers, oneOf, origins } from "./config-rules.ts";
import { path, secret, token, whole } from "./config-rules.ts";
import type { Rule } from "./config-rules.ts";

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly secret?: string;
  readonly publicName: string;
  /** `scheme://host[:port]` each, or `null`; empty: same origin only. */
  readonly allowedOrigins: readonly string[];
  readonly trustProxyHops: number;
  readonly maxFrameBytes: number;
  /** Code points. */
  readonly maxMessageChars: number;
  /** 0: no limit. */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  readonly maxConnections: number;
  /** 0: no limit. */
  readonly maxConnectionsPerIp: number;
  readonly pingIntervalMs: number;
  readonly drainDelayMs: number;
  readonly drainDeadlineMs: number;
  readonly maxRoomMessages?: number;
  readonly maxAgeDays?: number;
  readonly sync: "full" | "normal";
  /** By what rooms are written to, where this machine has it. */
  readonly sendLoop: "ring" | "native" | "plain";
  /** Unset: nobody may post over HTTP. */
  readonly postToken?: string;
  /** Unset: everybody may read `/metrics`. */
  readonly metricsToken?: string;
  /** Given: the log is JetStream's, and shared by every node. */
  readonly natsServers?: readonly string[];
  readonly natsCreds?: string;
  readonly natsUser?: string;
  readonly natsPassword?: string;
  readonly natsTlsCa?: string;
  readonly natsPrefix: string;
  readonly logLevel: (typeof logLevels)[number];
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export interface Variable<Value> {
  readonly name: string;
  /** As it would be written in the environment; empty: unset. */
  readonly fallback: string;
  readonly rule: Rule<Value>;
  readonly meaning: string;
}

type Variables = { readonly [Key in keyof Config]-?: Variable<NonNullable<Config[Key]>> };

export const variables: Variables = {
  port: variable("PORT", "9876", whole(0, 65_535), "Port to listen on; 0 takes a free one"),
  host: variable(
    "HOST",
    "0.0.0.0",
    host,
    "Address to listen on; `127.0.0.1` behind a proxy on the same machine",
  ),
  dataDir: variable(
    "DATA_DIR",
    "./data",
    path,
    "Folder of everything kept, made if absent; one process owns it",
  ),
  secret: variable(
    "SECRET",
    "",
    secret,
    "What public ids of people are made with; unset: made once and kept in `DATA_DIR`",
  ),
  publicName: variable("PUBLIC_NAME", "Confab", label, "Name of this chat on its pages"),
  allowedOrigins: variable(
    "ALLOWED_ORIGINS",
    "",
    origins,
    "Pages that may connect, separated by commas; `null` for pages opened from a file; unset: the same origin",
  ),
  trustProxyHops: variable(
    "TRUST_PROXY",
    "0",
    whole(0, 10),
    "Proxies in front whose `X-Forwarded-*` headers are believed",
  ),
  maxFrameBytes: variable(
    "MAX_FRAME_BYTES",
    "65536",
    whole(1024, 16_777_216),
    "Longest frame a client may send, in bytes",
  ),
  maxMessageChars: variable("MAX_MESSAGE_CHARS", "4000", whole(1, 1_000_000), "Longest message, characters"),
  messagesPerSecond: variable(
    "MESSAGES_PER_SECOND",
    "5",
    whole(0, 1_000_000),
    "Messages a person may send a second, an address ten times as many; 0: no limit",
  ),
  messageBurst: variable(
    "MESSAGE_BURST",
    "20",
    whole(1, 1_000_000),
    "Messages a person may send at once, an address ten times as many",
  ),
  maxConnections: variable("MAX_CONNECTIONS", "20000", whole(1, 1_000_000), "Sockets open at once"),
  maxConnectionsPerIp: variable(
    "MAX_CONNECTIONS_PER_IP",
    "200",
    whole(0, 1_000_000),
    "Sockets open at once from one address; 0: no limit",
  ),
  pingIntervalMs: variable(
    "PING_INTERVAL_MS",
    "25000",
    whole(1000, 60_000),
    "Milliseconds between pings; who misses two is gone",
  ),
  drainDelayMs: variable(
    "DRAIN_DELAY_MS",
    "2000",
    whole(0, 600_000),
    "Milliseconds between failing `/health` and closing anything, for the balancer to notice",
  ),
  drainDeadlineMs: variable(
    "DRAIN_DEADLINE_MS",
    "15000",
    whole(100, 3_600_000),
    "Milliseconds a stop may take; more than `DRAIN_DELAY_MS`",
  ),
  maxRoomMessages: variable(
    "MAX_ROOM_MESSAGES",
    "",
    whole(1, 1_000_000_000),
    "Messages a room keeps, none dropped before it is 8 days old; unset: all",
  ),
  maxAgeDays: variable(
    "MAX_AGE_DAYS",
    "",
    whole(1, 36_500),
    "Days a message is kept, none dropped before it is 8 days old; unset: for good",
  ),
  sync: variable(
    "SYNC",
    "full",
    oneOf(["full", "normal"]),
    "`full`: what was acknowledged survives a power cut; `normal`: a power cut may undo the last moments",
  ),
  sendLoop: variable(
    "SEND_LOOP",
    "ring",
    oneOf(["ring", "native", "plain"]),
    "`ring`: rooms are written to by C compiled at install, through io_uring where the kernel allows it; `native`: a system call each; `plain`: by Node alone, as where there was no compiler",
  ),
  postToken: variable(
    "POST_TOKEN",
    "",
    token,
    "What programs that post to `/r/<room>/messages` have to show as `Authorization: Bearer …`; unset: posting is off",
  ),
  metricsToken: variable(
    "METRICS_TOKEN",
    "",
    token,
    "What Prometheus has to show as `Authorization: Bearer …` to read `/metrics`; unset: nothing",
  ),
  natsServers: variable(
    "NATS_URL",
    "",
    natsServers,
    "NATS servers, separated by commas, for [several nodes](#several-nodes); needs `SECRET`; unset: one node",
  ),
  natsCreds: variable("NATS_CREDS", "", path, "File with the credentials (JWT and NKey) for NATS"),
  natsUser: variable("NATS_USER", "", label, "User for NATS, with `NATS_PASSWORD`"),
  natsPassword: variable("NATS_PASSWORD", "", secret, "Password for NATS; without `NATS_USER`: the token"),
  natsTlsCa: variable(
    "NATS_TLS_CA",
    "",
    path,
    "File with the authority that signed NATS' certificates; set, or a `tls://` URL: never without TLS",
  ),
  natsPrefix: variable(
    "NATS_PREFIX",
    "confab",
    natsPrefix,
    "Begins the name of all this chat has in NATS: chats with different ones share a NATS",
  ),
  logLevel: variable("LOG_LEVEL", "info", oneOf(logLevels), "Least important log lines to write"),
};

export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.name = "ConfigError";
    this.mistakes = mistakes;
  }
}

/**
 * Reads the variables above; an empty or blank one counts as unset.
 * @throws ConfigError naming every variable that is wrong, its value unless secret, and what is allowed
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values: Record<string, unknown> = {};
  const mistakes: string[] = [];
  for (const [key, variable] of Object.entries<Variable<unknown>>(variables)) {
    const given = env[variable.name]?.trim() ?? "";
    const text = given === "" ? variable.fallback : given;
    const value = text === "" ? variable.rule.whenUnset : variable.rule.parse(text);
    if (value !== undefined) values[key] = value;
    else if (text !== "") mistakes.push(mistake(variable, text));
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  // Every key of the table holds what its parser returned, and the table's type ties both to Config.
  const config = Object.freeze(values as unknown as Config);
  const contradictions = contradictionsOf(config);
  if (contradictions.length > 0) throw new ConfigError(contradictions);
  return config;
}

function mistake(variable: Variable<unknown>, text: string): string {
  const shown =
    variable.rule.isSecret === true ? `a value of ${text.length} characters` : JSON.stringify(text);
  return `${variable.name} is ${shown} but must be ${variable.rule.allowed}`;
}

function variable<Value>(
  name: string,
  fallback: string,
  rule: Rule<Value>,
  meaning: string,
): Variable<Value> {
  return { name, fallback, rule, meaning };
}
