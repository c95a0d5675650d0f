/** Keeps the lists at hand fresh while a page is open, and says how old they are. */

import { carriedNow, carry, listedAt, now } from "./carry.js";
import { showAge } from "./show.js";
import { ABLE } from "./verdict.js";

// How often an open page renews its lists and says anew how old they are, in milliseconds.
const RENEW = 5 * 60_000;

/** Renew now and then, and whenever somebody comes back to the page. */
export function useRenewal() {
  document.addEventListener("visibilitychange", () => document.hidden || renew());
  setInterval(renew, RENEW);
}

/** Renew the lists, where the network allows. */
export async function renew() {
  if (!ABLE) return;
  await carry();
  sayAge();
}

/** Say how old the lists are. */
export function sayAge() {
  const { online, trust, problem } = carriedNow();
  showAge(listedAt(), { now: now(), online, known: Boolean(trust || problem) });
}
