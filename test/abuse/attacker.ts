/**
 * One attack, or all of them for "all", in a process of its own, so that it holds up nobody who watches: port, name,
 * percent, milliseconds, address.
 */
import { attacks } from "./attacks.ts";

const [port = "", name = "", percent = "", ms = "", from = "127.0.0.1"] = process.argv.slice(2);
const chosen = attacks.filter((attack) => name === "all" || attack.name === name);
if (chosen.length === 0) throw new Error(`there is no attack "${name}"`);
setTimeout(() => process.exit(0), Number(ms));
const target = { port: Number(port), from, percent: Number(percent), over: new AbortController().signal };
for (const attack of chosen) await attack.run(target);
