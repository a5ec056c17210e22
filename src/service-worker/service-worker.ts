/**
 * Opens rooms while there is no server. A room is always asked of the server first, so no page is older than its
 * server; a built file comes from here only under the name that holds its hash. Messages are never kept here: the
 * page keeps its own (browser/kept-page.ts).
 */
import { shells, wantedBy, type Shell } from "./requests.ts";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: names in static/app that a room needs to open, the page's script first. */
declare const builtFiles: readonly [string, ...string[]];

const { scope } = self.registration;
const familyName = `confab-build ${new URL(scope).pathname} `;
/** One cache a build: a page and its files are kept, and go, together. */
const cacheName = familyName + builtFiles.join(" ");
/** What a proxy answers while the server behind it is away. */
const gatewayFailures: readonly number[] = [502, 503, 504];

self.addEventListener("install", (event) => {
  event.waitUntil(keepBuild().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOtherBuilds(), preload()]));
});

self.addEventListener("fetch", (event) => {
  const wanted = wantedBy(event.request, scope);
  if (wanted.kind === "room") event.respondWith(room(event, wanted.shell));
  if (wanted.kind === "built file") event.respondWith(builtFile(event.request));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lookAt(String(event.notification.data)));
});

/** So that a room is asked for at once, and not only when this has started. */
async function preload(): Promise<void> {
  if ("navigationPreload" in self.registration) await self.registration.navigationPreload.enable();
}

/** Fails as a whole, to be tried again later, unless all of it is of this very build: a deploy may be rolling. */
async function keepBuild(): Promise<void> {
  const cache = await caches.open(cacheName);
  const urls = builtFiles.map((name) => new URL(`static/app/${name}`, scope));
  await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      if (!isOfItsName(response)) throw new Error(`${url.pathname} is of another build`);
      await cache.put(url, response);
    }),
  );
  await Promise.all(shells.map((shell) => keepShell(cache, shell)));
}

async function keepShell(cache: Cache, shell: Shell): Promise<void> {
  const url = new URL(shell, scope);
  const response = await fetch(url, { cache: "no-cache" });
  const html = await response.clone().text();
  if (!response.ok || !html.includes(builtFiles[0])) throw new Error(`${shell} is of another build`);
  await cache.put(url, response);
}

/** A name whose hash is not known there any more is answered with another file, which must not be stored. */
function isOfItsName(response: Response): boolean {
  return response.ok && response.headers.get("Cache-Control")?.includes("immutable") === true;
}

async function forgetOtherBuilds(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(familyName) && name !== cacheName);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function room(event: FetchEvent, shell: Shell): Promise<Response> {
  const kept = () => caches.match(new URL(shell, scope), { cacheName });
  try {
    const preloaded = (await event.preloadResponse) as Response | undefined;
    const response = preloaded ?? (await fetch(event.request));
    return gatewayFailures.includes(response.status) ? ((await kept()) ?? response) : response;
  } catch {
    return (await kept()) ?? Response.error();
  }
}

async function builtFile(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const known = await cache.match(request.url);
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (isOfItsName(response)) await cache.put(request.url, response.clone());
  return response;
}

/** Brings a message before the person's eyes: in the window that shows its room, or in a new one. */
async function lookAt(url: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const [room] = url.split("#", 1);
  const open = windows.find((window) => window.url.split(/[?#]/, 1)[0] === room);
  if (open === undefined) {
    await self.clients.openWindow(url);
    return;
  }
  // The page goes there itself: sent there, it might load anew.
  open.postMessage(url);
  await open.focus();
}
