/**
 * This node's one connection to NATS. Once there it reconnects for ever; what is away and why is told, never thrown.
 * Whatever a chat has in NATS is named by its prefix, so several chats can share one.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { checkServerIdentity } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { connect, credsAuthenticator, errors } from "@nats-io/transport-node";
import type { NatsConnection, NodeConnectionOptions, Status, TlsOptions } from "@nats-io/transport-node";
import { codeOf } from "../error-code.ts";
import { StartError } from "../message-log/message-log.ts";
import { reasonOf } from "../message-log/reason.ts";
import type { LogLines } from "../message-log/log-lines.ts";

export interface NatsOptions {
  readonly servers: readonly string[];
  /** One token of a subject; also of names of streams and buckets. */
  readonly prefix: string;
  /** A file. */
  readonly creds?: string;
  readonly user?: string;
  /** Without `user`: the token. */
  readonly password?: string;
  /** A file. */
  readonly tlsCa?: string;
}

export type LinkState =
  | { readonly state: "connected"; readonly server: string }
  | { readonly state: "away"; readonly reason: string; readonly sinceMs: number };

const retryMs = 500;
/** A server that stops without closing, or behind a cut line, is left after three of these. */
const pingIntervalMs = 2_000;
/** Said again this often while nobody answers at the start. */
const remindMs = 10_000;

export class NatsLink {
  readonly connection: NatsConnection;
  readonly prefix: string;
  readonly #lines: LogLines;
  readonly #listeners = new Set<(state: LinkState) => void>();
  #state: LinkState;

  constructor(connection: NatsConnection, prefix: string, lines: LogLines) {
    this.connection = connection;
    this.prefix = prefix;
    this.#lines = lines;
    this.#state = { state: "connected", server: connection.getServer() };
    void this.#follow();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** As told by the server we are connected to, such as "2.9.10": what it cannot do it may ignore in silence. */
  get serverVersion(): string {
    return this.connection.info?.version ?? "";
  }

  /** `subject("presence", "lobby")` is `confab.presence.lobby`. */
  subject(...tokens: readonly string[]): string {
    return [this.prefix, ...tokens].join(".");
  }

  /** Names of streams and buckets hold no dots: `name("log")` is `confab-log`. */
  name(what: string): string {
    return `${this.prefix}-${what}`;
  }

  /** @returns ends it */
  onChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.connection.close();
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) this.#hear(status);
  }

  #hear(status: Status): void {
    switch (status.type) {
      case "disconnect":
        this.#away(`no connection to ${status.server}`);
        return;
      case "reconnect":
        this.#lines.info({ server: status.server }, "nats_connected");
        this.#become({ state: "connected", server: status.server });
        return;
      case "error":
        // An expired password, say, or a subject that our user may not use.
        this.#lines.warn({ reason: reasonOf(status.error) }, "nats_error");
        return;
      default:
      // Attempts, pings and news of the cluster change nothing.
    }
  }

  #away(reason: string): void {
    if (this.#state.state === "away") return;
    this.#lines.warn({ reason }, "nats_away");
    this.#become({ state: "away", reason, sinceMs: performance.now() });
  }

  #become(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

export interface Connecting {
  readonly signal?: AbortSignal;
  /** Told at each try why none has taken us yet. */
  readonly onWaiting?: (reason: string) => void;
}

/**
 * Resolves once a server has taken us; waits for one as long as it takes.
 * @throws StartError when a server refuses our credentials, shows a certificate we do not trust, or a file cannot be read
 */
export async function connectToNats(
  options: NatsOptions,
  lines: LogLines,
  { signal, onWaiting }: Connecting = {},
): Promise<NatsLink> {
  const asked = connectionOptions(options);
  let remindedMs = -Infinity;
  for (;;) {
    try {
      const link = new NatsLink(await connect(asked), options.prefix, lines);
      lines.info({ server: link.connection.getServer(), version: link.serverVersion }, "nats_connected");
      return link;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== undefined) throw new StartError(refusal);
      const reason = preciseReasonOf(error);
      onWaiting?.(reason);
      if (performance.now() - remindedMs > remindMs) {
        lines.warn({ servers: options.servers, reason }, "nats_not_reached");
        remindedMs = performance.now();
      }
    }
    await sleep(retryMs, undefined, signal === undefined ? {} : { signal });
  }
}

function connectionOptions(options: NatsOptions): NodeConnectionOptions {
  const { servers, creds, user, password, tlsCa } = options;
  const isTls = tlsCa !== undefined || servers.some((server) => server.startsWith("tls:"));
  return {
    servers: [...servers],
    name: "confab",
    maxReconnectAttempts: -1,
    reconnectTimeWait: retryMs,
    timeout: 5_000,
    pingInterval: pingIntervalMs,
    maxPingOut: 2,
    // Once it let us in, a server that refuses us is being set up anew: we go on asking.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(creds !== undefined && { authenticator: credsAuthenticator(contentOf("NATS_CREDS", creds)) }),
    ...(user !== undefined && password !== undefined && { user, pass: password }),
    ...(user === undefined && password !== undefined && { token: password }),
    ...(isTls && { tls: tlsOptions(servers, tlsCa) }),
  };
}

/** A certificate is for one of the servers as they are configured: the client itself checks none for an IP address. */
function tlsOptions(
  servers: readonly string[],
  ca: string | undefined,
): TlsOptions & Pick<ConnectionOptions, "checkServerIdentity"> {
  const hosts = servers.map((server) => new URL(server).hostname.replace(/^\[|\]$/g, ""));
  return {
    ...(ca !== undefined && { ca: contentOf("NATS_TLS_CA", ca).toString() }),
    checkServerIdentity: (_, certificate) => {
      const mistakes = hosts.map((host) => checkServerIdentity(host, certificate));
      return mistakes.includes(undefined) ? undefined : mistakes[0];
    },
  };
}

function contentOf(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError(`${variable} cannot be read: ${reasonOf(error)}`);
  }
}

/** Why asking again would change nothing, if so. */
function refusalOf(error: unknown): string | undefined {
  const reason = reasonOf(error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return `NATS refuses this node: ${reason}. Mind NATS_CREDS, NATS_USER and NATS_PASSWORD`;
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(codeOf(error) ?? ""))
    return `this node does not trust the certificate of NATS: ${reason}. Mind NATS_TLS_CA and the names in NATS_URL`;
  return error instanceof errors.InvalidArgumentError ? `NATS cannot be asked: ${reason}` : undefined;
}

/** "connection refused" alone does not say by whom. */
function preciseReasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? ` (${reasonOf(error.cause)})` : "";
  return `${reasonOf(error)}${cause}`;
}
