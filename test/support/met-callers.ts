/** Real connections without a service behind them, known from both sides. */
import type { TestContext } from "node:test";
import { Turns } from "../../src/turns.ts";
import type { Caller } from "../../src/websocket/caller.ts";
import { Listener } from "../../src/websocket/listener.ts";
import type { WebSocketService } from "../../src/websocket/service.ts";
import { RawPeer } from "./raw-peer.ts";
import { serveListener } from "./served-listener.ts";

/** As many peers, and the callers the server knows them by. */
export async function meet(t: TestContext, count: number): Promise<{ callers: Caller[]; peers: RawPeer[] }> {
  const callers: Caller[] = [];
  const service: WebSocketService = {
    init: () => undefined,
    onOpen: (caller) => void callers.push(caller),
    onMessage: () => undefined,
    onPing: () => undefined,
    onPong: () => undefined,
    onIdleTimeout: () => undefined,
    onClose: () => undefined,
    onError: () => undefined,
  };
  const limits = {
    maxConnections: 1_000,
    maxConnectionsPerAddress: 0,
    maxFrameBytes: 1_000,
    usualFrameBytes: 250,
  };
  const rest = { allowedOrigins: [], subprotocols: [], trustProxyHops: 0, pingIntervalMs: 60_000 };
  const silent = {
    onWarning: () => undefined,
    onRefusal: () => undefined,
    onOpened: () => undefined,
    onClosed: () => undefined,
  };
  const listener = new Listener(
    { ...limits, ...rest, ...silent, turns: new Turns(() => performance.now()) },
    () => service,
  );
  const port = await serveListener(t, listener);
  const peers: RawPeer[] = [];
  for (let at = 0; at < count; at += 1) peers.push(await RawPeer.connect(`ws://127.0.0.1:${port}/`));
  return { callers, peers };
}
