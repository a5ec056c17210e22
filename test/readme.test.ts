import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { connect } from "./support/client.ts";
import { requireProgram } from "./support/programs.ts";
import { startServer, temporaryFolder, type TestServer } from "./support/server.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The first shell command below a heading. */
function commandBelow(heading: string): string {
  const [, section = ""] = readme.split(new RegExp(`^## ${heading}$`, "m"));
  const command = /^```sh\n(.+)\n```$/m.exec(section)?.[1];
  assert.ok(command !== undefined, `README has no command below "${heading}"`);
  return command;
}

/** The files a clone would have, and those about to be committed; nothing that is ignored. */
function filesOfAClone(): readonly string[] | undefined {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) return undefined;
  return stdout.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
}

/** This environment without what npm tells the scripts it runs: that would lead another npm back to this folder. */
function cleanEnvironment(): Record<string, string | undefined> {
  const ofNpm =
    /^(?:npm_package_|npm_lifecycle_|npm_config_local_prefix$|npm_command$|INIT_CWD$|NODE_TEST_CONTEXT$)/;
  const kept = Object.entries(process.env).filter(([name]) => !ofNpm.test(name));
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const path = folders.filter((folder) => !folder.endsWith(join("node_modules", ".bin"))).join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, npm_config_prefer_offline: "true" };
}

test("README's first command installs, builds and starts a fresh clone, and Ctrl-C drains it", async (t) => {
  const files = filesOfAClone();
  if (files === undefined) {
    t.skip("not a git checkout: what a clone would hold is not known");
    return;
  }
  const folder = temporaryFolder(t);
  for (const file of files) cpSync(join(root, file), join(folder, file));

  const env = {
    ...cleanEnvironment(),
    PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: join(folder, "data"),
    DRAIN_DELAY_MS: "0",
  };
  const child = spawn("sh", ["-c", commandBelow("Run")], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  assert.ok(pid !== undefined);
  t.after(() => endGroup(pid));
  const output: string[] = [];
  const ready = new Promise<string>((resolve, reject) => {
    const onLine = (line: string): void => {
      output.push(line);
      const url = /"url":"([^"]+)".*"event":"ready"/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", onLine);
    child.on("close", () => reject(new Error(`it ended before it was ready:\n${output.join("\n")}`)));
  });

  const url = await ready;
  const page = await fetch(url);
  assert.equal(page.status, 200);
  const script = /src="(static\/app\/page-[^"]+\.js)"/.exec(await page.text())?.[1] ?? "";
  assert.equal((await fetch(`${url}/${script}`)).status, 200);
  assert.equal((await fetch(`${url}/health`)).status, 200);

  // As a terminal does it: the signal goes to every process of the command.
  process.kill(-pid, "SIGINT");
  await once(child, "close");
  assert.ok(
    output.some((line) => line.includes('"event":"drained"')),
    output.join("\n"),
  );
});

/** The last means, for when the test failed; usually all of them have ended. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left to end.
  }
}

function blockBelow(heading: string, language: string): string {
  const [, section = ""] = readme.split(new RegExp(`^#+ ${heading}$`, "m"));
  const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]+?)\\n\`\`\`$`, "m").exec(section)?.[1];
  assert.ok(block !== undefined, `README has no ${language} below "${heading}"`);
  return block;
}

test("README's bot answers who asks it", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("ops"));
  const bot = spawn(process.execPath, ["--input-type=module", "-e", at(server, blockBelow("Bots", "js"))]);
  t.after(() => bot.kill());
  await ana.until("presence", ({ joined }) => joined.some(({ uid }) => uid !== ana.welcome.uid));
  ana.send({ action: "message", ref: "r1", message: "!time" });
  await ana.until("msg", ({ msg }) => /^It is \d{4}-/.test(msg));
});

test("README's curl posts a message, once however often it is run", async (t) => {
  if (requireProgram(t, "curl") === undefined) return;
  const env = { ...process.env, POST_TOKEN: "a-token-of-the-operator" };
  const server = await startServer(t, env);
  const ana = await connect(server.socket("ops"));
  const answers = [];
  for (let run = 0; run < 2; run += 1) {
    const curl = spawn("sh", ["-c", at(server, blockBelow("Bots", "sh"))], { env });
    answers.push(JSON.parse(await text(curl.stdout)));
  }
  const { seq, name, msg, bot } = await ana.until("msg");
  assert.deepEqual({ name, msg, bot }, { name: "CI", msg: "Deployed **1.2**", bot: true });
  assert.deepEqual(answers, [{ seq }, { seq }]);
});

/** README's server, as the test has it. */
function at({ url }: TestServer, example: string): string {
  return example.replaceAll("//localhost:9876", `//${new URL(url).host}`);
}

test("continuous integration runs README's test command, and nothing that README does not say", () => {
  const script = readFileSync(join(root, ".ci", "run"), "utf8");
  const commands = script.split("\n").filter((line) => !/^(?:#|set |cd |$)/.test(line));
  assert.deepEqual(commands, [commandBelow("Test")]);
});

test("README's service gives Node the same options as npm start", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<"start", string>;
  };
  const [, ofService] = /^ExecStart=\S+\/node (.*)$/m.exec(readme) ?? [];
  assert.ok(ofService !== undefined);
  assert.deepEqual(
    scripts.start.split(" || ").map((command) => command.replace(/^(?:exec )?node /, "")),
    [ofService, ofService],
  );
});

test("every file and heading README links to is there", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = ""]) => target);
  assert.ok(links.length > 0);
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => `#${anchorOf(title)}`);
  const dead = links.filter((target) =>
    target.startsWith("#") ? !headings.includes(target) : !existsSync(join(root, target)),
  );
  assert.deepEqual(dead, []);
});

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
