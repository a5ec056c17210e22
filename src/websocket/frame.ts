/** Frames as the server sends them: final, unmasked, uncompressed (RFC 6455 §5.2). */

const finalTextFrame = 0x81;
const finalPongFrame = 0x8a;

/**
 * One whole text frame, ready to be written to any number of sockets.
 * @param text well-formed Unicode; a lone surrogate would be written as U+FFFD
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  // Not from Node's pool: a frame that is kept would keep 64 KiB of the pool with it.
  const frame = Buffer.allocUnsafeSlow(headerLength + length);
  frame[0] = finalTextFrame;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
}

/** One object as a text frame. */
export function jsonFrame(value: object): Buffer {
  return textFrame(JSON.stringify(value));
}

/** @param data of the ping it answers, which has at most 125 bytes */
export function pongFrame(data: Buffer): Buffer {
  return Buffer.concat([Buffer.of(finalPongFrame, data.length), data]);
}
