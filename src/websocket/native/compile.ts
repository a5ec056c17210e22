/**
 * Compiles the send loop when Confab is installed. Without a C compiler there is none, and all works as well: what it
 * does is then done in JavaScript, at more cost in large rooms.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const folder = import.meta.dirname;
const compiler = process.env["CC"] ?? "cc";
/** Node's own functions are found when it is loaded. */
const linking = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];

if (process.platform !== "win32") {
  const files = ["-o", join(folder, "send-loop.node"), join(folder, "send-loop.c")];
  spawnSync(compiler, ["-O2", "-shared", "-fPIC", "-fvisibility=hidden", ...linking, ...files]);
}
