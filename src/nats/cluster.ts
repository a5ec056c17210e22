/** What makes one of several nodes: the connection to NATS, and who is where over all of them. */
import type { Config } from "../config.ts";
import type { LogLines } from "../message-log/log-lines.ts";
import { connectToNats, type NatsLink, type NatsOptions } from "./connection.ts";
import { Presence } from "./presence.ts";

export interface Cluster {
  /** Resolves once NATS is there, however long that takes; rejects with a StartError when NATS refuses us. */
  readonly link: Promise<NatsLink>;
  /** Why NATS is not there yet. */
  readonly whyNoLink: () => string;
  readonly presence: Presence;
  readonly leave: () => Promise<void>;
}

export function joinCluster(config: Config, lines: LogLines): Cluster {
  let whyNot = "no server has answered yet";
  const link = connectToNats(natsOptions(config), lines, { onWaiting: (reason) => (whyNot = reason) });
  const onNode = (node: string, is: string): void => lines.info({ node, is }, "other_node");
  const presence = new Presence({ link, onNode });
  const leave = async (): Promise<void> => {
    presence.stop();
    await (await link).close();
  };
  return { link, whyNoLink: () => whyNot, presence, leave };
}

export function natsOptions(config: Config): NatsOptions {
  const { natsServers = [], natsCreds, natsUser, natsPassword, natsTlsCa, natsPrefix } = config;
  return {
    servers: natsServers,
    prefix: natsPrefix,
    ...(natsCreds !== undefined && { creds: natsCreds }),
    ...(natsUser !== undefined && { user: natsUser }),
    ...(natsPassword !== undefined && { password: natsPassword }),
    ...(natsTlsCa !== undefined && { tlsCa: natsTlsCa }),
  };
}
