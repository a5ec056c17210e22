/** How a peer tells the bench its port: a line of JSON. */
import type { AddressInfo } from "node:net";

export function listening(address: AddressInfo | string | null): void {
  if (address === null || typeof address === "string") throw new TypeError("not a TCP server");
  console.log(JSON.stringify({ port: address.port }));
}
