/** What is checked of an upgrade request before its handshake; each refusal is an HTTP status with a reason. */
import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { originRefusal, type OriginPolicy } from "./origin.ts";
import type { Refusal } from "./service.ts";

/** 16 random bytes in base64 (RFC 6455 §4.1). */
const websocketKey = /^[+/0-9A-Za-z]{22}==$/;

/** Checks the request itself: version, key, origin. Whether there is room for it is the listener's to say. */
export function handshakeRefusal(
  request: IncomingMessage,
  host: string | undefined,
  policy: OriginPolicy,
): Refusal | undefined {
  const { headers } = request;
  if (request.method !== "GET") return { status: 405, reason: "upgrade with GET", headers: { Allow: "GET" } };
  if (request.httpVersion !== "1.1") return { status: 400, reason: "upgrade over HTTP/1.1" };
  // A proxy in front may have taken the frames for the request's body, or the body for frames.
  if ((headers["content-length"] ?? "0") !== "0" || headers["transfer-encoding"] !== undefined) {
    return { status: 400, reason: "an upgrade request has no body" };
  }
  // Of two hosts, a proxy in front may have taken the other one.
  if (host === undefined || request.headersDistinct["host"]?.length !== 1) {
    return { status: 400, reason: "the Host header is missing, or not one host" };
  }
  if (headers["sec-websocket-version"] !== "13") {
    return {
      status: 426,
      reason: "this server speaks WebSocket version 13",
      headers: { "Sec-WebSocket-Version": "13" },
    };
  }
  if (!websocketKey.test(headers["sec-websocket-key"] ?? "")) {
    return { status: 400, reason: "the Sec-WebSocket-Key header is missing or not 16 bytes in base64" };
  }
  const foreign = originRefusal(headers.origin, host, policy);
  return foreign === undefined ? undefined : { status: 403, reason: foreign };
}

/** Answers an upgrade request with plain HTTP and closes its socket. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = `${refusal.reason}\n`;
  const headers = {
    Connection: "close",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    "Cache-Control": "no-store",
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? "Refused"}\r\n`;
  // Without destroying it, a peer that never closes its side would hold the socket.
  socket.once("finish", () => socket.destroy());
  socket.end(`${status}${lines.join("")}\r\n${body}`);
}
