/** The port people come in by. Where it cannot be opened, the operator is told what to do, in a line. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { codeOf } from "./error-code.ts";
import type { Config } from "./config.ts";

type Place = Pick<Config, "port" | "host">;

/**
 * Connections that wait to be accepted: Linux' own limit. By Node's 511 some of a thousand that come at once are not
 * answered at all, and try again only a second later.
 */
const mostUnaccepted = 4_096;

/**
 * @returns where a browser on this machine finds it
 * @throws Error saying what to do
 */
export async function listen(server: Server, { port, host }: Place): Promise<string> {
  server.listen({ port, host, backlog: mostUnaccepted });
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(whyNot(error, { port, host }), { cause: error });
  }
  // A TCP server's address is never a string; that is for pipes.
  const { port: actualPort } = server.address() as AddressInfo;
  const isAny = host === "0.0.0.0" || host === "::";
  return `http://${isAny ? "localhost" : host.includes(":") ? `[${host}]` : host}:${actualPort}`;
}

function whyNot(error: unknown, { port, host }: Place): string {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return `port ${port} is taken: stop what listens there (ss -ltnp), or choose another PORT`;
    case "EACCES":
      return `port ${port} is not for this user: choose a PORT above 1023, and let a proxy listen on ${port}`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `HOST ${host} is no address of this machine: choose one of its own, or 0.0.0.0 for all`;
    default:
      return `port ${port} of ${host} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`;
  }
}
