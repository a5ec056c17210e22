/** A listener behind a server of its own, for a test; both are gone with it. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Listener } from "../../src/websocket/listener.ts";

/** @returns the port, on 127.0.0.1 */
export async function serveListener(
  t: TestContext,
  listener: Listener,
  server: Server = createServer(),
): Promise<number> {
  listener.attach(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    // Also who is only on the way in: one that came in later would stay, and keep the file's process from ending.
    listener.refuseAll({ status: 503, reason: "the test is over" });
    listener.terminateAll();
    server.close();
    server.closeAllConnections();
  });
  // A TCP server's address is never a string; that is for pipes.
  return (server.address() as AddressInfo).port;
}
