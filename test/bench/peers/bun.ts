/** A bare peer, run by Bun: its own server (uWebSockets), `publish` to everybody; a room is a path. */

interface BunSocket {
  readonly data: { readonly room: string };
  subscribe(topic: string): void;
}
/** As much of Bun as this needs. */
interface BunGlobal {
  serve(options: object): BunServer;
  gc(isForced: boolean): void;
}
interface BunServer {
  readonly port: number;
  upgrade(request: Request, options: { data: BunSocket["data"] }): boolean;
  publish(topic: string, text: string): void;
}
declare const Bun: BunGlobal;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request: Request, self: BunServer) =>
    self.upgrade(request, { data: { room: new URL(request.url).pathname } })
      ? undefined
      : new Response("a WebSocket is expected", { status: 426 }),
  websocket: {
    open: (socket: BunSocket) => socket.subscribe(socket.data.room),
    message: (socket: BunSocket, text: string) => server.publish(socket.data.room, text),
  },
});
process.on("SIGUSR2", () => Bun.gc(true));
console.log(JSON.stringify({ port: server.port }));
