/** A bare peer: ws as its own examples broadcast, `send` for each client; a room is a path. */
import { WebSocketServer, type WebSocket } from "ws";
import { listening } from "./listening.ts";

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (client, request) => {
  const url = request.url ?? "";
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(client));
  client.on("message", (data: Buffer) => {
    const text = data.toString();
    for (const other of room) other.send(text);
  });
  client.on("close", () => room.delete(client));
});
server.on("listening", () => listening(server.address()));
