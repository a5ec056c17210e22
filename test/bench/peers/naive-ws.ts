/** A bare peer: ws as its own examples broadcast, `send` for each client. */
import { WebSocketServer } from "ws";
import { listening } from "./listening.ts";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (client) => {
  client.on("message", (data: Buffer) => {
    const text = data.toString();
    for (const other of server.clients) other.send(text);
  });
});
server.on("listening", () => listening(server.address()));
