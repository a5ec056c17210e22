/**
 * A connection may ask on before it has its answers. Node hands over all that one read holds, over a thousand requests
 * in one turn of the event loop, so a connection that asks for more than any honest client is closed.
 */
import type { Socket } from "node:net";
import type { RequestHandler } from "express";

const maxUnanswered = 32;

export function limitPipelining(): RequestHandler {
  const unanswered = new WeakMap<Socket, number>();
  const change = (socket: Socket, by: 1 | -1): number => {
    const count = (unanswered.get(socket) ?? 0) + by;
    unanswered.set(socket, count);
    return count;
  };
  return ({ socket }, response, next) => {
    // What the same read held after the request that was too many.
    if (socket.destroyed) return;
    response.once("close", () => change(socket, -1));
    if (change(socket, 1) <= maxUnanswered) next();
    else socket.destroy();
  };
}
