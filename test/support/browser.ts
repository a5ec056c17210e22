/** A real Chromium for a test, and windows of people in it. Skipped where there is none, saying how to get it. */
import type { TestContext } from "node:test";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { requireProgram } from "./programs.ts";

/** For running as root, in a container, without asking the network for anything. */
export const chromiumArgs: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A name that is not this machine's own, as a LAN's: plain http there is no secure context.
  "--host-resolver-rules=MAP lan.test 127.0.0.1",
];
const patienceMs = 10_000;

/** One person's browser: windows of the same visitor share what it keeps. */
export interface Visitor {
  readonly open: (url: string) => Promise<Page>;
  /** What went wrong in their windows: errors on the console (refusals of the content policy too) and exceptions. */
  readonly problems: readonly string[];
}

export class TestBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @returns nothing where there is no Chromium; the test is marked as skipped then */
  static async launch(t: TestContext): Promise<TestBrowser | undefined> {
    const executablePath = requireProgram(t, "chromium");
    if (executablePath === undefined) return undefined;
    const browser = await chromium.launch({ executablePath, args: [...chromiumArgs] });
    t.after(() => browser.close());
    return new TestBrowser(browser);
  }

  async visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(patienceMs);
    const problems: string[] = [];
    context.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    context.on("weberror", (problem) => problems.push(problem.error().message));
    const open = async (url: string): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    };
    return { open, problems };
  }
}
