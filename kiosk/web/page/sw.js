/**
 * The service worker: the page works with the network gone.
 *
 * The page itself comes from the network where that answers soon, else from here; scripts, styles
 * and icons bear a hash of their content in their names and come from here at once. Trust bundle and
 * status lists are not touched: the page keeps them itself, because it knows their age. VERSION and
 * FILES are put in by the build; a new version takes the place of the old one at once.
 */

/* global VERSION, FILES */

const CACHE = `segel-${VERSION}`;
const PAGES = ["/", "/?lang=en"];
// How long the network may take before the kept page is shown, in milliseconds.
const PATIENCE = 3_000;
// The pages of sealed reports, and what they are made of: none of it is kept, so that nothing tells
// whoever takes the phone that they were open, and none is shown in their place.
const APART = /^\/(l|lapor|lapor\/.*|reading|reading\/.*|static\/(lapor|reading|opening|sealed).*)$/;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || APART.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(pathname));
});

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all([
    cache.addAll(FILES),
    ...PAGES.map(async (address) => cache.put(address, await fresh(address))),
  ]);
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("segel-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fresh(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw new TypeError(`${address}: ${answer.status}`);
  return answer;
}

async function page(request) {
  const { pathname, search } = new URL(request.url);
  if (pathname === "/courier") {
    // A courier's phone keeps its page itself (courier-shell.js), and opens it without signal.
    const shell = await caches.match(`/courier/shell${search}`);
    if (shell) return shell;
  }
  // Never the address as it was opened: what stands behind its # is nobody's business, not even ours.
  const address = PAGES.includes(pathname + search) ? pathname + search : null;
  const english = search === "?lang=en";
  const keptPage = () => caches.match(address ?? (english ? PAGES[1] : PAGES[0]));
  if (!address) {
    try {
      return await fetch(request);
    } catch {
      return (await keptPage()) ?? Response.error();
    }
  }
  const network = renewed(address);
  const pause = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const first = await Promise.race([network.catch(() => null), pause]);
  return first ?? (await keptPage()) ?? network;
}

async function renewed(address) {
  const answer = await fresh(address);
  const cache = await caches.open(CACHE);
  await cache.put(address, answer.clone());
  return answer;
}

async function file(pathname) {
  const known = await caches.match(pathname);
  if (known) return known;
  const answer = await fetch(pathname);
  if (answer.ok) await (await caches.open(CACHE)).put(pathname, answer.clone());
  return answer;
}
