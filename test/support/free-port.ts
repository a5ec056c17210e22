/** A port for a server that is to come back on the same one. */
import { once } from "node:events";
import { createServer } from "node:net";

/** Free a moment ago: nobody else is given it soon, since systems hand such ports out in turn. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}
