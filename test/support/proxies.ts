/** nginx, HAProxy and Caddy as README configures them, in front of servers of a test. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { freePort } from "./free-port.ts";
import { requireProgram } from "./programs.ts";
import { changed, readme, snippet } from "./readme.ts";
import { temporaryFolder } from "./server.ts";

export const proxyNames = ["nginx", "haproxy", "caddy"] as const;
export type ProxyName = (typeof proxyNames)[number];

export interface ProxyOptions {
  /** Ports of the servers. */
  readonly backends: readonly number[];
  readonly isUnderSubPath?: boolean;
  /** README's lines for the upgrade left out, as in most configurations that proxies come with. nginx alone. */
  readonly isWithoutUpgrade?: boolean;
  /** Seconds after which a quiet connection is cut; else as README has it. */
  readonly idleCutSeconds?: number;
}

interface Recipe {
  readonly configuration: (port: number, options: ProxyOptions, folder: string) => string;
  readonly args: (file: string, folder: string) => readonly string[];
}

/** What README says of a sub-path, in its words. */
function said(words: string): string {
  assert(readme.includes(`\x60${words}\x60`), `README says ${words}`);
  return words;
}

const recipes: Readonly<Record<ProxyName, Recipe>> = {
  nginx: {
    configuration: (port, { backends, isUnderSubPath, isWithoutUpgrade, idleCutSeconds }, folder) => {
      const servers = backends.map((backend) => `server 127.0.0.1:${backend};`).join(" ");
      const text = changed(snippet("nginx"), {
        "listen 80;": `listen 127.0.0.1:${port};`,
        "server 127.0.0.1:9876;": servers,
        ...(isWithoutUpgrade === true && {
          "proxy_set_header Upgrade $http_upgrade;": "",
          "proxy_set_header Connection $connection_upgrade;": "",
        }),
        ...(isUnderSubPath === true && {
          "location / {": said("location /chat/ {"),
          "proxy_pass http://confab;": said("proxy_pass http://confab/;"),
        }),
      });
      const cut = idleCutSeconds === undefined ? "" : `proxy_read_timeout ${idleCutSeconds}s;`;
      const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join("\n");
      const user = process.getuid?.() === 0 ? "user root;" : "";
      return `${user}\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${cut}\n${paths}\n${text}\n}\n`;
    },
    args: (file, folder) => ["-e", "stderr", "-p", folder, "-c", file, "-g", "daemon off;"],
  },
  haproxy: {
    configuration: (port, { backends, isUnderSubPath, idleCutSeconds }) =>
      changed(snippet("haproxy"), {
        "bind :80": `bind 127.0.0.1:${port}`,
        "127.0.0.1:9876": `127.0.0.1:${backends[0]}`,
        "    server b 127.0.0.1:9877\n": backends
          .slice(1)
          .map((backend, at) => `    server b${at} 127.0.0.1:${backend}\n`)
          .join(""),
        ...(idleCutSeconds !== undefined && { "tunnel 60s": `tunnel ${idleCutSeconds}s` }),
        ...(isUnderSubPath === true && {
          "    default_backend": `    ${said("http-request replace-path /chat/(.*) /\\1")}\n    default_backend`,
        }),
      }),
    args: (file) => ["-db", "-q", "-f", file],
  },
  caddy: {
    configuration: (port, { backends, isUnderSubPath }) => {
      const text = changed(snippet("caddy"), {
        "chat.example.com {": `http://127.0.0.1:${port}, http://localhost:${port} {`,
        "127.0.0.1:9876 127.0.0.1:9877": backends.map((backend) => `127.0.0.1:${backend}`).join(" "),
        ...(isUnderSubPath === true && {
          "    reverse_proxy": `${said("handle_path /chat/* {")}\n    reverse_proxy`,
          "\n    }\n": "\n    }\n}\n",
        }),
      });
      return `{\n  admin off\n  auto_https off\n  log {\n    level ERROR\n  }\n}\n${text}`;
    },
    args: (file) => ["run", "--adapter", "caddyfile", "--config", file],
  },
};

/** Ready: it passes on what the servers answer. Ended with the test. Nothing where the program is missing. */
export async function startProxy(
  t: TestContext,
  name: ProxyName,
  options: ProxyOptions,
): Promise<string | undefined> {
  const program = requireProgram(t, name);
  if (program === undefined) return undefined;
  const [folder, port] = [temporaryFolder(t), await freePort()];
  const file = join(folder, "configuration");
  writeFileSync(file, recipes[name].configuration(port, options, folder));
  const child = spawn(program, recipes[name].args(file, folder), {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  const complaints: string[] = [];
  child.stderr.on("data", (data: Buffer) => complaints.push(data.toString()));
  const exited = once(child, "exit");
  t.after(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  const url = `http://127.0.0.1:${port}${options.isUnderSubPath === true ? "/chat" : ""}`;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${complaints.join("")}`);
  }
  return url;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false; // It does not listen yet.
  }
}
