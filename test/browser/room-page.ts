/** What a person sees and does in a room's window. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";

export async function isWelcomed(page: Page): Promise<void> {
  await page.waitForSelector(".who b");
  await page.waitForSelector(".here");
}

export async function say(page: Page, text: string): Promise<void> {
  await page.fill("textarea", text);
  await page.press("textarea", "Enter");
}

/** Every message on the page, in order, as it is read; "…" after one that is on its way. */
export async function messages(page: Page): Promise<string[]> {
  return await page
    .locator(".row")
    .evaluateAll((rows) =>
      rows.map(
        (row) => (row.querySelector(".text")?.textContent ?? "") + (row.matches(".is-pending") ? "…" : ""),
      ),
    );
}

/** Waits until the page shows these messages and no others. */
export async function shows(page: Page, expected: readonly string[]): Promise<void> {
  try {
    await page.waitForFunction((wanted) => {
      const rows = [...document.querySelectorAll(".row:not(.is-pending) .text")];
      return rows.map((row) => row.textContent).join("\n") === wanted.join("\n");
    }, expected);
  } catch {
    assert.deepEqual(await messages(page), expected);
  }
}

/** The server is back, and the page is told: by itself it tries again the later, the longer the server was away. */
export async function reconnects(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    dispatchEvent(new Event("online"));
    const trouble = document.querySelector(".under .state")?.textContent ?? "";
    return !/Reconnecting|restarting|Offline/.test(trouble);
  });
}

/** Until what was asked for is drawn, and has come to rest: in mid-fade a colour is not its own, nor a place. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const isPassing = ({ playState, effect }: Animation) =>
      playState === "running" && effect?.getComputedTiming().endTime !== Infinity;
    // The page draws once a frame; what moves then begins in the one after it.
    await frame();
    do await frame();
    while (document.getAnimations().some(isPassing));
  });
}

/** Elements that can be seen to stick out of the window to the left or right. */
export async function overflowing(page: Page): Promise<string[]> {
  await settled(page);
  return await page.locator("body *:not(.sr, svg *)").evaluateAll((elements) => {
    const isClipped = (element: Element): boolean => {
      // Code that is wider than its place scrolls within it.
      const clips = (each: Element) =>
        (each.matches("pre") || ["hidden", "clip"].includes(getComputedStyle(each).overflowX)) &&
        !sticksOut(each);
      for (
        let above = element.parentElement;
        above !== null && above !== document.body;
        above = above.parentElement
      ) {
        if (clips(above)) return true;
      }
      return false;
    };
    const sticksOut = (element: Element): boolean => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (left < -0.5 || right > innerWidth + 0.5);
    };
    return elements
      .filter((element) => sticksOut(element) && !isClipped(element))
      .map((element) => `${element.tagName}.${element.getAttribute("class") ?? ""}`);
  });
}

/** All that axe finds, however small. It is put into a page once: that takes longer than its look around. */
export async function violations(page: Page): Promise<string[]> {
  await settled(page);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ["violations"],
    });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** In both themes axe finds nothing, and nothing sticks out. */
export async function suitsEverybody(page: Page, state: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page), [], `${state} (${colorScheme})`);
    assert.deepEqual(await overflowing(page), [], `${state} (${colorScheme})`);
  }
}
