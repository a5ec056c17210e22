/** What makes one of several nodes: the connection to NATS, and who is where over all of them. */
import type { Config } from "../config.ts";
import type { LogLines } from "../message-log/writer.ts";
import { connectToNats, type NatsLink } from "./connection.ts";
import { PersonNumbers } from "./person-numbers.ts";
import { Presence } from "./presence.ts";

export interface Cluster {
  readonly link: NatsLink;
  readonly presence: Presence;
  readonly leave: () => Promise<void>;
}

/**
 * Resolves once NATS is there, however long that takes.
 * @throws StartError when NATS refuses us
 */
export async function joinCluster(config: Config, lines: LogLines): Promise<Cluster> {
  const { natsServers = [], natsCreds, natsUser, natsPassword, natsTlsCa, natsPrefix } = config;
  const link = await connectToNats(
    {
      servers: natsServers,
      prefix: natsPrefix,
      ...(natsCreds !== undefined && { creds: natsCreds }),
      ...(natsUser !== undefined && { user: natsUser }),
      ...(natsPassword !== undefined && { password: natsPassword }),
      ...(natsTlsCa !== undefined && { tlsCa: natsTlsCa }),
    },
    lines,
  );
  const numbers = new PersonNumbers(link);
  const onNode = (node: string, is: string): void => lines.info({ node, is }, "other_node");
  const presence = new Presence({ link, numbers, onNode });
  const leave = async (): Promise<void> => {
    presence.stop();
    await link.close();
  };
  return { link, presence, leave };
}
