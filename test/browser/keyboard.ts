/** Somebody without a mouse: goes by keys, and looks at every stop for what shows the focus. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { settled } from "./room-page.ts";

/** Where the focus is, and how that shows. */
export interface Focus {
  /** What a person would call it. */
  readonly name: string;
  /** "row", "input", "button.pill": its tag and first class. */
  readonly kind: string;
  /** What is wrong with how it shows; empty when all is well. */
  readonly flaw: string;
}

const mostStops = 40;
const patienceMs = 30_000;

export async function focusOf(page: Page): Promise<Focus> {
  return await page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body)
      return { name: "", kind: "body", flaw: "nothing has it" };
    /** A ring drawn outside or inside, or an outline, at least 1.5 px wide and in a colour one can see. */
    const hasRing = (style: CSSStyleDeclaration): boolean => {
      const isSeen = (colour: string) => !/transparent|rgba?\(0, 0, 0, 0\)|\/ 0\)/.test(colour);
      const shadows = style.boxShadow.split(/,(?![^(]*\))/).some((shadow) => {
        const [, colour = "", , , , spread = ""] = /^\s*(.+\)) (\S+) (\S+) (\S+) (\S+)/.exec(shadow) ?? [];
        return isSeen(colour) && parseFloat(spread) >= 1.5;
      });
      const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1.5;
      return shadows || (hasOutline && isSeen(style.outlineColor));
    };
    const holder = focused.closest(".field, .find, .go-in");
    const around = focused.matches("input, textarea") && holder !== null ? [holder] : [];
    const looks = [
      ...[focused, ...around].map((element) => getComputedStyle(element)),
      getComputedStyle(focused, "::before"),
    ];
    const { left, top, right, bottom } = focused.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
    const hit = document.elementFromPoint(x, y);
    const isCovered = hit === null || !(focused.contains(hit) || hit.contains(focused));
    const flaws = [
      ...(looks.some(hasRing) ? [] : ["no ring"]),
      ...(isCovered ? [`covered by ${hit?.className ?? "the window's edge"}`] : []),
    ];
    const label = focused.getAttribute("aria-label") ?? focused.textContent;
    const name = label.trim() === "" ? (focused.closest("label")?.textContent ?? "") : label;
    const [first = focused.tagName.toLowerCase()] = focused.classList;
    return { name: name.trim(), kind: first, flaw: flaws.join(", ") };
  });
}

export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  /** Goes on by Tab (or back) until it is there. Every stop on the way shows the focus too. */
  async tabTo(kind: string, name = "", key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    const passed: string[] = [];
    for (let stop = 0; stop < mostStops; stop += 1) {
      await this.press(key);
      const focus = await this.#isSeen();
      if (focus.kind === kind && focus.name.includes(name)) return;
      passed.push(`${focus.kind} ${focus.name.slice(0, 20)}`);
    }
    assert.fail(`Tab does not lead to ${kind} ${name}, but to ${passed.join(", ")}`);
  }

  async backTo(kind: string, name = ""): Promise<void> {
    await this.tabTo(kind, name, "Shift+Tab");
  }

  /** Waits until this has the focus, and looks whether that shows. */
  async isAt(kind: string, name = ""): Promise<void> {
    try {
      await this.#page.waitForFunction(
        ([is, called]) => {
          const { activeElement: focused } = document;
          const label = focused?.getAttribute("aria-label") ?? focused?.textContent ?? "";
          return (focused?.classList[0] ?? focused?.localName) === is && label.includes(called);
        },
        [kind, name] as const,
        { timeout: patienceMs },
      );
    } catch {
      const { kind: other, name: called } = await focusOf(this.#page);
      assert.fail(`the focus is at ${other} ${called}, not at ${kind} ${name}`);
    }
    await this.#isSeen();
  }

  async #isSeen(): Promise<Focus> {
    let focus = await focusOf(this.#page);
    // What is drawn yet, or still moving; and a row's letters work once its tools are drawn.
    if (focus.flaw !== "" || focus.kind === "row") {
      await settled(this.#page);
      focus = await focusOf(this.#page);
    }
    // Between the window's last stop and its first the browser's own controls have the focus.
    if (focus.kind !== "body") assert.equal(focus.flaw, "", `at ${focus.kind} ${focus.name}`);
    return focus;
  }
}
