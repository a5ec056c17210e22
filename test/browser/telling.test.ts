import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser.ts";
import { connect, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { isWelcomed, say, shows } from "./room-page.ts";

interface Told {
  readonly title: string;
  readonly body: string;
}

/** What a test needs of a service worker. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly NotificationEvent: new (type: string, init: { readonly notification: Notification }) => Event;
}

/** Stands in for the browser's own notifications, which nobody can look at here; and for looking away. */
function watchNotifications(): void {
  const told: unknown[] = [];
  class Seen {
    static permission = "default";
    static requestPermission(): Promise<string> {
      Seen.permission = "granted";
      return Promise.resolve("granted");
    }
    constructor(title: string, { body }: { readonly body?: string }) {
      told.push({ title, body });
    }
    close(): void {
      told.push("closed");
    }
  }
  Object.assign(globalThis, { Notification: Seen, told });
  Object.defineProperty(navigator, "serviceWorker", {
    value: { getRegistration: () => Promise.resolve(undefined), register: () => Promise.reject(new Error()) },
  });
}

function lookAway(isAway: boolean): void {
  document.hasFocus = () => !isAway;
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isAway });
  document.dispatchEvent(new Event("visibilitychange"));
}

async function toldSoFar(page: Page): Promise<Told[]> {
  return await page.evaluate(() => (globalThis as unknown as { told: Told[] }).told);
}

test("nothing is told before it is asked for; then what is said while one is elsewhere, and only what was chosen", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const [ana, bo] = [await browser.visitor(), await browser.visitor()];
  const hers = await ana.open("about:blank");
  await hers.addInitScript(watchNotifications);
  await hers.goto(`${server.url}/r/standup`);
  await isWelcomed(hers);
  const his = await bo.open(`${server.url}/r/standup`);
  await isWelcomed(his);
  const name = (await hers.locator(".who b").textContent()) ?? "";
  const said: string[] = [];
  const says = async (text: string) => {
    said.push(text);
    await say(his, text);
    await shows(his, said);
  };
  const isTold = async (count: number) => {
    await hers.waitForFunction(
      (wanted) => (globalThis as unknown as { told: unknown[] }).told.length === wanted,
      count,
    );
  };
  await hers.evaluate(lookAway, true);
  await says("before she asked");
  await hers.evaluate(lookAway, false);
  await hers.getByRole("button", { name: "Options of this room" }).click();
  await hers.getByRole("radio", { name: "Mentions of me" }).check();
  await hers.keyboard.press("Escape");
  await says("while she looks");
  await hers.evaluate(lookAway, true);
  await says("not about her");
  await says(`@${name} are you there?`);
  await isTold(1);
  const [first] = await toldSoFar(hers);
  assert.match(first?.title ?? "", / in standup$/);
  assert.equal(first?.body, `@${name} are you there?`);
  await hers.evaluate(lookAway, false);
  await hers.getByRole("button", { name: "Options of this room" }).click();
  assert.equal(await hers.getByRole("radio", { name: "Mentions of me" }).isChecked(), true);
  await hers.getByRole("radio", { name: "Everything" }).check();
  await hers.keyboard.press("Escape");
  await hers.evaluate(lookAway, true);
  await says("anything");
  await isTold(2);
  assert.equal((await toldSoFar(hers))[1]?.body, "anything");
});

test("a press on a notification goes to the first message it tells of, in the window that shows its room", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const visitor = await browser.visitor({ permissions: ["notifications"] });
  const page = await visitor.open(`${server.url}/r/standup`);
  await isWelcomed(page);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.getByRole("button", { name: "Options of this room" }).click();
  await page.getByRole("radio", { name: "Everything" }).check();
  await page.keyboard.press("Escape");
  await page.evaluate(lookAway, true);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  for (let at = 1; at <= 60; at += 1)
    ana.send({ action: "message", ref: `m${at}`, message: `message ${at}` });
  const [worker] = page.context().serviceWorkers();
  assert.ok(worker !== undefined);
  const link = await worker.evaluate(async () => {
    const { registration, NotificationEvent } = globalThis as unknown as WorkerScope;
    const shown = async () => (await registration.getNotifications())[0];
    let notification = await shown();
    while (notification === undefined) {
      await new Promise((later) => setTimeout(later, 50));
      notification = await shown();
    }
    globalThis.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    return String(notification.data);
  });
  await page.locator(".row[data-found]", { hasText: "message 1" }).waitFor();
  assert.equal(page.url(), link);
  assert.deepEqual(visitor.problems, []);
});
