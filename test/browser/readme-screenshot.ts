/** Makes README's picture with the real thing: `npm run screenshot`. Two people talk through a restart of the server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/logger.ts";
import { start } from "../../src/main.ts";
import { chromiumArgs } from "../support/chromium-args.ts";
import { isWelcomed, say, shows } from "./room-page.ts";

const size = { width: 640, height: 620 };
const dataDir = mkdtempSync(join(tmpdir(), "confab-picture-"));
const env = { PORT: "9876", HOST: "127.0.0.1", DATA_DIR: dataDir, DRAIN_DELAY_MS: "0", LOG_LEVEL: "warn" };
const config = readConfig(env);
let running = await start(config, createLogger(config.logLevel));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...chromiumArgs] });

async function visitor(name: string, colorScheme: "light" | "dark"): Promise<Page> {
  const context = await browser.newContext({ viewport: size, colorScheme, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.goto("http://localhost:9876/r/release-night");
  await isWelcomed(page);
  await page.click(".who button");
  await page.fill(".name-in", name);
  await page.keyboard.press("Enter");
  await page.waitForFunction((wanted) => document.querySelector(".who b")?.textContent === wanted, name);
  return page;
}

const maya = await visitor("Maya Okafor", "light");
const tomas = await visitor("Tomás Rivera", "dark");
const said: string[] = [];
const talk = async (page: Page, text: string): Promise<void> => {
  said.push(text);
  await say(page, text);
};
const bothShowAll = async (): Promise<void> => {
  await shows(maya, said);
  await shows(tomas, said);
};

await talk(maya, "Build 4182 is out. Watching the error rate.");
await bothShowAll();
await talk(tomas, "Looks calm here: http://localhost:9876/health says ok.");
await bothShowAll();
await running.stop();
await talk(maya, "Restarting the chat now.");
await talk(maya, "Did you notice?");
running = await start(config, createLogger(config.logLevel));
await bothShowAll();
await talk(tomas, "Only from what you wrote. Nothing missing, everything in order.");
await bothShowAll();

const pictures = await Promise.all([maya, tomas].map((page) => page.screenshot()));
const sheet = await browser.newPage({ viewport: { width: 1304, height: 660 }, deviceScaleFactor: 1 });
const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture.toString("base64")}">`);
await sheet.setContent(`
  <style>
    body { margin: 0; padding: 20px; display: flex; gap: 24px; background: #dfe3ea; }
    img { width: 620px; border-radius: 10px; box-shadow: 0 2px 16px rgb(0 0 0 / 0.18); }
  </style>${images.join("")}`);
await sheet.screenshot({ path: join(import.meta.dirname, "readme.png") });

await browser.close();
await running.stop();
rmSync(dataDir, { recursive: true, force: true });
process.exit();
