/**
 * What cannot be read as a request is refused in a line of plain HTTP and its connection cut, as Node would do it, but
 * without an error for the socket: Node writes out the calls that led to one, a sixth of what thousands of connections
 * with garbage took.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { codeOf } from "../error-code.ts";

const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** @param isAmidst whether another answer would be read as part of the one before */
export function refuseBroken(server: Server, isAmidst: (socket: Duplex) => boolean): void {
  server.on("clientError", (error, socket) => {
    const status = statuses[codeOf(error) ?? ""] ?? "400 Bad Request";
    if (socket.writable && !isAmidst(socket)) socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    socket.destroy();
  });
}
