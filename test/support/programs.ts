/**
 * Programs that tests run and npm does not bring. A test asks for one by name: it is skipped where the program is
 * missing, saying how to get it, and fails in CI, where nothing may be skipped in silence.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";

interface Program {
  /** Names and places to look for, the first found is used. */
  readonly commands: readonly string[];
  readonly debianPackages: readonly string[];
  readonly elsewhere: string;
}

export const programs = {
  chromium: {
    commands: [
      "chromium",
      "chromium-browser",
      "google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
    debianPackages: ["chromium"],
    elsewhere: "install Chromium or Chrome",
  },
  gcc: {
    commands: ["gcc"],
    debianPackages: ["gcc", "libc6-dev"],
    elsewhere: "install GCC and the C library's headers",
  },
  "nats-server": {
    commands: ["nats-server", "/usr/sbin/nats-server"],
    debianPackages: ["nats-server"],
    elsewhere: "install NATS Server 2.9 or later",
  },
  openssl: { commands: ["openssl"], debianPackages: ["openssl"], elsewhere: "install OpenSSL" },
  curl: { commands: ["curl"], debianPackages: ["curl"], elsewhere: "install curl" },
  nginx: { commands: ["nginx", "/usr/sbin/nginx"], debianPackages: ["nginx"], elsewhere: "install nginx" },
  haproxy: {
    commands: ["haproxy", "/usr/sbin/haproxy"],
    debianPackages: ["haproxy"],
    elsewhere: "install HAProxy",
  },
  caddy: { commands: ["caddy"], debianPackages: ["caddy"], elsewhere: "install Caddy" },
  "systemd-analyze": {
    commands: ["systemd-analyze"],
    debianPackages: ["systemd"],
    elsewhere: "there is no systemd to check the unit with",
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as readonly ProgramName[];

/** Where the program is, or nothing if it is not installed. */
export function findProgram(name: ProgramName): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return programs[name].commands
    .flatMap((command) =>
      command.includes("/") ? [command] : folders.map((folder) => join(folder, command)),
    )
    .find(isExecutable);
}

/**
 * Where the program is. Nothing, with the test marked as skipped, if it is missing: the test then returns.
 * @throws Error in CI when it is missing
 */
export function requireProgram(t: TestContext, name: ProgramName): string | undefined {
  const path = findProgram(name);
  if (path !== undefined) return path;
  const reason = `${name} is missing: ${howToGet(name)}`;
  if (process.env["CI"] === "true") throw new Error(reason);
  t.skip(reason);
  return undefined;
}

/** Installs what is missing where that is ours to do, on Debian as root; elsewhere says how to get it. */
export function installMissingPrograms(say: (line: string) => void): void {
  const missing = programNames.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    const packages = missing.flatMap((name) => programs[name].debianPackages);
    say(`Installing ${packages.join(", ")} with apt-get`);
    runApt(["update", "-qq"]);
    runApt(["install", "-qq", "-y", "--no-install-recommends", ...packages]);
  }
  for (const name of missing) {
    if (findProgram(name) === undefined) say(`${name} is missing, its tests cannot run: ${howToGet(name)}`);
  }
}

function howToGet(name: ProgramName): string {
  const { debianPackages, elsewhere } = programs[name];
  return `on Debian "apt-get install ${debianPackages.join(" ")}", elsewhere ${elsewhere}`;
}

function runApt(args: readonly string[]): void {
  // Of servers among the packages none is to be started: Debian's scripts start nothing in single-user mode.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us to run: either way it is not the program.
  }
}
