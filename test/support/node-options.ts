/** What `npm start` gives Node, for servers that are tried and measured as people run them. */
import { readFileSync } from "node:fs";

const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly scripts: { readonly start: string };
};

/** E.g. `["--max-semi-space-size=16"]`. */
export const nodeOptions: readonly string[] =
  /node ((?:--\S+ )*)src/.exec(scripts.start)?.[1]?.trim().split(" ") ?? [];
