/** Where the benches keep what they download and compile. */
import { join } from "node:path";

export const cacheFolder = join(import.meta.dirname, "../../node_modules/.cache/bench");
