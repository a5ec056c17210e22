/**
 * Compiles the send loops when Confab is installed. Without a C compiler there are none, and all works as well: what they
 * do is then done in JavaScript, at more cost in large rooms.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const folder = import.meta.dirname;
const compiler = process.env["CC"] ?? "cc";
/** Node's own functions are found when it is loaded. */
const linking = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];

if (process.platform !== "win32") {
  const files = ["-o", join(folder, "send-loops.node"), join(folder, "send-loops.c")];
  spawnSync(compiler, ["-O2", "-shared", "-fPIC", "-fvisibility=hidden", ...linking, ...files]);
}
