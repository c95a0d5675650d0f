/**
 * The page on the phone: kept whole, so that it opens without signal and without a session.
 *
 * What is kept is the page that anybody gets, with scripts, styles and the reader of QR codes. The
 * service worker (sw.js) shows it wherever /courier is asked for.
 */

const CACHE = "courier-1";

/** Keep the page of now; it is shown from its next opening on. */
export async function keepShell() {
  if (!navigator.serviceWorker || !window.caches) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { shell } = document.getElementById("page").dataset;
    const answer = await fetch(shell, { cache: "no-cache", credentials: "omit" });
    if (!answer.ok) return;
    const kept = namesIn(await answer.clone().text());
    const cache = await caches.open(CACHE);
    // First what the page needs, then the page: never half of it.
    const missing = [];
    for (const name of kept) if (!(await cache.match(name))) missing.push(name);
    await cache.addAll(missing);
    await cache.put(shell, answer);
    for (const { url } of await cache.keys()) {
      const { pathname } = new URL(url);
      if (pathname.startsWith("/static/") && !kept.includes(pathname)) await cache.delete(url);
    }
  } catch (problem) {
    // Without signal, or in a private window: what was kept before stays.
    if (!(problem instanceof TypeError || problem instanceof DOMException)) throw problem;
  }
}

function namesIn(page) {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  return JSON.parse(parsed.getElementById("kept").textContent);
}
