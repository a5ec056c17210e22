/**
 * `npm run doctor [-- URL]`: looks at everything a chat needs and says what to do where something is wrong, while the
 * server runs or not. Exit codes: 0 well (there may be warnings), 1 something is wrong, 2 asked wrongly.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import dotenv from "dotenv";
import type { Config } from "./config.ts";
import { checkConfiguration, type EnvFile } from "./doctor/configuration.ts";
import { checkDisk } from "./doctor/disk.ts";
import { failure, ok, type Finding } from "./doctor/finding.ts";
import { checkLog } from "./doctor/log.ts";
import { checkProxy } from "./doctor/proxy.ts";
import { checkOpenFiles, checkServer } from "./doctor/server.ts";
import { complain, outliveReaders } from "./terminal.ts";

const usage =
  "Ask for: npm run doctor, or npm run doctor -- https://chat.example.com/ (where people find it)";
const manifest = join(import.meta.dirname, "..", "static", "app", "manifest.json");

async function main(args: readonly string[]): Promise<number> {
  const [given] = args;
  const url = given === undefined ? undefined : webAddress(given);
  if (args.length > 1 || (given !== undefined && url === undefined)) return complain(usage, 2);
  const findings: Finding[] = [];
  const tell = (...found: readonly (Finding | undefined)[]): void => {
    for (const finding of found.filter((each) => each !== undefined)) {
      findings.push(finding);
      process.stdout.write(inWords(finding));
    }
  };
  const envFile = readEnvFile();
  dotenv.config({ quiet: true });
  const { config, findings: ofConfig } = checkConfiguration(process.env, envFile);
  tell(...ofConfig, pageFinding());
  if (config !== undefined) await checkHere(config, tell);
  if (url !== undefined) tell(...(await checkProxy(url, config?.trustProxyHops)));
  return verdict(findings);
}

async function checkHere(
  config: Config,
  tell: (...found: readonly (Finding | undefined)[]) => void,
): Promise<void> {
  tell(checkOpenFiles(config), await checkServer(config));
  tell(...checkDisk(config.dataDir));
  if (existsSync(config.dataDir)) tell(...checkLog(config));
}

function pageFinding(): Finding {
  return existsSync(manifest) ? ok("the page is built") : failure("the page is not built", "npm run build");
}

function readEnvFile(): EnvFile | undefined {
  if (!existsSync(".env")) return undefined;
  return { values: dotenv.parse(readFileSync(".env")), mode: statSync(".env").mode };
}

function webAddress(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

const marks = { ok: "ok      ", warning: "WARNING ", failure: "WRONG   " };

function inWords(finding: Finding): string {
  const advice = "advice" in finding ? `        → ${finding.advice}\n` : "";
  return `${marks[finding.level]}${finding.what}\n${advice}`;
}

function verdict(findings: readonly Finding[]): number {
  const count = (level: Finding["level"]): number => findings.filter((each) => each.level === level).length;
  const [wrong, doubtful] = [count("failure"), count("warning")];
  process.stdout.write(
    wrong + doubtful === 0 ? "\nAll is well.\n" : `\n${wrong} wrong, ${doubtful} to look at.\n`,
  );
  return wrong === 0 ? 0 : 1;
}

if (import.meta.main) {
  outliveReaders();
  process.exitCode = await main(process.argv.slice(2));
}
