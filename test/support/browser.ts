/** A real Chromium for a test, and windows of people in it. Skipped where there is none, saying how to get it. */
import { after, type TestContext } from "node:test";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { chromiumArgs } from "./chromium-args.ts";
import { requireProgram } from "./programs.ts";

/** Far longer than anything takes, on a busy machine too: only a test that fails waits for so long. */
const patienceMs = 30_000;

/** One person's browser: windows of the same visitor share what it keeps. */
export interface Visitor {
  readonly open: (url: string) => Promise<Page>;
  /** What went wrong in their windows: errors on the console (refusals of the content policy too) and exceptions. */
  readonly problems: readonly string[];
}

/** One for all tests of a file: the first that asks starts it. What a browser keeps is each visitor's own. */
let running: Promise<Browser> | undefined;
after(async () => (await running)?.close());

async function start(executablePath: string): Promise<Browser> {
  const here = await running;
  if (here?.isConnected() === true) return here;
  running = chromium.launch({ executablePath, args: [...chromiumArgs] });
  return await running;
}

export class TestBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @returns nothing where there is no Chromium; the test is marked as skipped then */
  static async launch(t: TestContext): Promise<TestBrowser | undefined> {
    const executablePath = requireProgram(t, "chromium");
    if (executablePath === undefined) return undefined;
    const browser = new TestBrowser(await start(executablePath));
    t.after(() => Promise.all(browser.#contexts.map((context) => context.close())));
    return browser;
  }

  async visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
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
