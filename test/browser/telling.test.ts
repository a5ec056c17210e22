import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page, Worker } from "playwright-core";
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
  readonly clients: { openWindow: (url: string | URL) => Promise<null> };
  readonly NotificationEvent: new (type: string, init: { readonly notification: Notification }) => Waiting;
}

type Waiting = Event & { waitUntil: (promise: unknown) => void };

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

/** Counts what would be heard: a sound is two tones. */
function watchSounds(): void {
  const heard = Object.assign(globalThis, { sounds: 0 });
  const nothing = () => undefined;
  const curve = {
    setValueAtTime: nothing,
    linearRampToValueAtTime: nothing,
    exponentialRampToValueAtTime: nothing,
  };
  const start = () => (heard.sounds += 0.5);
  const node = { frequency: {}, gain: curve, connect: () => node, start, stop: nothing };
  class Quiet {
    readonly state = "running";
    readonly currentTime = 0;
    readonly createOscillator = () => node;
    readonly createGain = () => node;
  }
  Object.assign(globalThis, { AudioContext: Quiet });
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

test("a sound, off until it is asked for, is for what one wants to be told of, and never while one looks", async (t) => {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return;
  const server = await startServer(t);
  const page = await (await browser.visitor()).open("about:blank");
  await page.addInitScript(watchNotifications);
  await page.addInitScript(watchSounds);
  await page.goto(`${server.url}/r/standup`);
  await isWelcomed(page);
  const ana = await connect(server.socket("standup"), { key: newKey(), name: "Ana" });
  const says = async (message: string) => {
    ana.send({ action: "message", ref: newKey(), message });
    await page.locator(".text").getByText(message, { exact: true }).waitFor();
  };
  const sound = page.getByRole("checkbox", { name: "With a sound" });
  const wants = async (level: string) => {
    await page.evaluate(lookAway, false);
    await page.getByRole("button", { name: "Options of this room" }).click();
    await page.getByRole("radio", { name: level }).check();
  };
  const goesAway = async () => {
    await page.keyboard.press("Escape");
    await page.evaluate(lookAway, true);
  };
  const lastTold = async (body: string) => {
    await page.waitForFunction(
      (wanted) => (globalThis as unknown as { told: Told[] }).told.at(-1)?.body === wanted,
      body,
    );
  };
  const sounds = () => page.evaluate(() => (globalThis as unknown as { sounds: number }).sounds);
  await wants("Nothing");
  assert.equal(await sound.isDisabled(), true, "there is nothing for it to tell");
  await page.getByRole("radio", { name: "Everything" }).check();
  await goesAway();
  await says("before it was asked for");
  await lastTold("before it was asked for");
  assert.equal(await sounds(), 0);
  await wants("Everything");
  await sound.check();
  await goesAway();
  await says("heard");
  await lastTold("heard");
  assert.equal(await sounds(), 1);
  await wants("Mentions of me");
  await says("while she looks");
  await goesAway();
  await says("not about her");
  const name = (await page.locator(".who b").textContent()) ?? "";
  await says(`@${name}`);
  await lastTold(`@${name}`);
  assert.equal(await sounds(), 2);
});

/** A visitor who was told of what Ana said, from "message 1" on, in a window nobody looks at. */
async function toldVisitor(t: TestContext) {
  const browser = await TestBrowser.launch(t);
  if (browser === undefined) return undefined;
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
  await worker.evaluate(async () => {
    const { registration } = globalThis as unknown as WorkerScope;
    while ((await registration.getNotifications()).length === 0)
      await new Promise((later) => setTimeout(later, 50));
  });
  return { page, visitor, worker };
}

/**
 * Presses the notification, as the browser would.
 * @returns where it leads, and what was opened for it
 */
async function press(worker: Worker): Promise<{ link: string; opened: string[] }> {
  return await worker.evaluate(async () => {
    const { registration, clients, NotificationEvent } = globalThis as unknown as WorkerScope;
    const opened: string[] = [];
    // Only a person's own press may open a window.
    clients.openWindow = (url) => {
      opened.push(String(url));
      return Promise.resolve(null);
    };
    const [notification] = await registration.getNotifications();
    if (notification === undefined) throw new Error("there is no notification");
    const event = new NotificationEvent("notificationclick", { notification });
    const done: Promise<unknown>[] = [];
    event.waitUntil = (promise) => done.push(Promise.resolve(promise));
    globalThis.dispatchEvent(event);
    // Nor may anything else bring one to the front.
    await Promise.allSettled(done);
    return { link: String(notification.data), opened };
  });
}

test("a press on a notification goes to the first message it tells of, in the window that shows its room", async (t) => {
  const told = await toldVisitor(t);
  if (told === undefined) return;
  const { page, visitor, worker } = told;
  const { link, opened } = await press(worker);
  await page.locator(".row[data-found]", { hasText: "message 1" }).waitFor();
  assert.equal(page.url(), link);
  assert.deepEqual(opened, []);
  assert.deepEqual(visitor.problems, []);
});

test("a press on a notification whose window is gone opens the room anew, at that message", async (t) => {
  const told = await toldVisitor(t);
  if (told === undefined) return;
  const { page, visitor, worker } = told;
  await page.close();
  const { link, opened } = await press(worker);
  assert.deepEqual(opened, [link]);
  const fresh = await visitor.open(link);
  await fresh.locator(".row[data-found]", { hasText: "message 1" }).waitFor();
  assert.deepEqual(visitor.problems, []);
});
