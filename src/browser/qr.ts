/** A link as a QR code. Loaded when somebody first asks for one, so it must import nothing the page has. */
import { encode } from "uqr";

export interface QrCode {
  /** Modules on a side, the quiet ones not counted. */
  readonly size: number;
  /** The dark modules, for an SVG path; one unit a module. */
  readonly path: string;
}

/** @throws RangeError for a link that is too long for any code */
export function qrCode(link: string): QrCode {
  const { size, data } = encode(link, { ecc: "M", border: 0 });
  return { size, path: data.flatMap((row, y) => runs(row).map((run) => bar(run, y))).join("") };
}

interface Run {
  readonly from: number;
  readonly length: number;
}

/** Neighbours are drawn as one, else a seam shows between them. */
function runs(row: readonly boolean[]): Run[] {
  const found: Run[] = [];
  let from = 0;
  for (let x = 0; x <= row.length; x += 1) {
    if (row[x] === true) continue;
    if (x > from) found.push({ from, length: x - from });
    from = x + 1;
  }
  return found;
}

function bar({ from, length }: Run, y: number): string {
  return `M${from} ${y}h${length}v1h-${length}z`;
}
