/** A bare peer, run by Bun: its own server (uWebSockets), `publish` to everybody. */

interface BunSocket {
  subscribe(topic: string): void;
}
/** As much of Bun as this needs. */
interface BunGlobal {
  serve(options: object): BunServer;
  gc(isForced: boolean): void;
}
interface BunServer {
  readonly port: number;
  upgrade(request: Request): boolean;
  publish(topic: string, text: string): void;
}
declare const Bun: BunGlobal;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request: Request, self: BunServer) =>
    self.upgrade(request) ? undefined : new Response("a WebSocket is expected", { status: 426 }),
  websocket: {
    open: (socket: BunSocket) => socket.subscribe("room"),
    message: (_socket: BunSocket, text: string) => server.publish("room", text),
  },
});
process.on("SIGUSR2", () => Bun.gc(true));
console.log(JSON.stringify({ port: server.port }));
