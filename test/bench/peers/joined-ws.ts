/** A bare peer: ws, and the frames of a turn joined into one buffer that is written to every socket. */
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { textFrame } from "../../../src/websocket/frame.ts";
import { listening } from "./listening.ts";

const handshakes = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
const sockets = new Set<Duplex>();
let queue: Buffer[] = [];

function flush(): void {
  const bytes = Buffer.concat(queue);
  queue = [];
  for (const socket of sockets) socket.write(bytes);
}

const server = createServer();
server.on("upgrade", (request, socket, head) => {
  handshakes.handleUpgrade(request, socket, head, (client) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    client.on("message", (data: Buffer) => {
      if (queue.push(textFrame(data.toString())) === 1) setImmediate(flush);
    });
  });
});
server.listen(0, "127.0.0.1", () => listening(server.address()));
