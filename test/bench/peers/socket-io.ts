/** A bare peer: socket.io, its WebSocket transport only, `emit` to everybody. Its folder is the first argument. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { listening } from "./listening.ts";

/** As much of socket.io as this needs: the bench downloads it, so its types are not here. */
interface SocketIo {
  on(event: "connection", listener: (socket: SocketIo) => void): void;
  on(event: "message", listener: (text: string) => void): void;
  emit(event: "message", text: string): void;
}
interface SocketIoModule {
  readonly Server: new (server: object, options: object) => SocketIo;
}

const require = createRequire(join(process.argv[2] ?? "", "package.json"));
const { Server } = require("socket.io") as SocketIoModule;
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => socket.on("message", (text) => io.emit("message", text)));
server.listen(0, "127.0.0.1", () => listening(server.address()));
