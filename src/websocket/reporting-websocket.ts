/**
 * ws, reporting to one connection instead of to listeners: of those each connection would need six, which cost it more
 * than a kilobyte for as long as it lives.
 */
import { WebSocket } from "ws";
import { noCodeReceived } from "../protocol/close-codes.ts";

export interface WebSocketEvents {
  onMessage(data: Buffer, isBinary: boolean): void;
  onPing(data: Buffer): void;
  onPong(data: Buffer): void;
  onError(error: Error): void;
  /** A close frame is about to be written, ours or the answer to the peer's: nothing can be after it. */
  beforeClosing(): void;
  /**
   * A close begins. ws emits `close` only once the socket is gone, which a peer can put off; but it passes through
   * `close()` for the peer's close frame and for every protocol error as it does for ours.
   */
  onClosing(code: number, reason: string): void;
  onClose(code: number, reason: string): void;
}

export class ReportingWebSocket extends WebSocket {
  #connection: WebSocketEvents | undefined;

  reportTo(connection: WebSocketEvents): void {
    this.#connection = connection;
  }

  override close(code?: number, reason?: string | Buffer): void {
    const isFirst = this.readyState === WebSocket.OPEN;
    if (isFirst) this.#connection?.beforeClosing();
    super.close(code, reason);
    if (isFirst) this.#connection?.onClosing(code ?? noCodeReceived, String(reason ?? ""));
  }

  /** @param details as ws's documentation has them for each event */
  override emit(event: string | symbol, ...details: unknown[]): boolean {
    const connection = this.#connection;
    if (connection === undefined) return super.emit(event, ...details);
    switch (event) {
      case "message":
        connection.onMessage(details[0] as Buffer, details[1] === true);
        return true;
      case "ping":
        connection.onPing(details[0] as Buffer);
        return true;
      case "pong":
        connection.onPong(details[0] as Buffer);
        return true;
      case "error":
        connection.onError(details[0] as Error);
        return true;
      case "close":
        connection.onClose(details[0] as number, String(details[1]));
        return true;
      default:
        return super.emit(event, ...details);
    }
  }
}
