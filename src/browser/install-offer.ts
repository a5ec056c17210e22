/**
 * The browser's own offer to install the page as an app, kept until somebody asks for it among the options. Browsers
 * that make none (Firefox, Safari) and pages that are installed have nothing to offer.
 */
import { signal } from "@preact/signals";

/** Chromium's; no standard has it. */
interface PromptEvent extends Event {
  readonly prompt: () => Promise<unknown>;
}

export class InstallOffer {
  readonly isThere = signal(false);
  #event: PromptEvent | undefined;

  constructor(window: EventTarget) {
    window.addEventListener("beforeinstallprompt", (event) => {
      if (!isPrompt(event)) return;
      // The browser would ask by itself, over the composer of a phone.
      event.preventDefault();
      this.#hold(event);
    });
    window.addEventListener("appinstalled", () => this.#hold(undefined));
  }

  /** An offer is good for one answer; after a no the browser makes another one in its time. */
  take(): void {
    const event = this.#event;
    this.#hold(undefined);
    event?.prompt().catch(() => undefined); // The browser thought better of it.
  }

  #hold(event: PromptEvent | undefined): void {
    this.#event = event;
    this.isThere.value = event !== undefined;
  }
}

function isPrompt(event: Event): event is PromptEvent {
  return "prompt" in event && typeof event.prompt === "function";
}
