/**
 * Tells some time later, apart from any report, in which part of the town a poster was scanned; and
 * often another part, so that nobody can believe a single answer (randomised response, epsilon 1).
 * `randomised` is the twin of kiosk/domain/footfall.py.
 */

// An answer for one's own area weighs e times one for another.
const OWN = 2718;
const OTHER = 1000;
const REST = "";
const SOONEST_MS = 30_000;
const LATEST_MS = 300_000;
const PLAIN = { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" };

/** Tell `area`, the poster's, once: a random time from now, if this page is open still. */
export function tellLater(area) {
  setTimeout(() => tell(area), SOONEST_MS + drawn(LATEST_MS - SOONEST_MS));
}

/** The place of the area to tell, for one's `own` of so many `areas`; `draw` gives a number below. */
export function randomised(own, areas, draw) {
  const number = draw(OWN + OTHER * (areas - 1));
  if (number < OWN) return own;
  const other = Math.floor((number - OWN) / OTHER);
  return other < own ? other : other + 1;
}

async function tell(area) {
  try {
    const { areas } = await (await fetch("/footfall", PLAIN)).json();
    const own = areas.includes(area) ? area : REST;
    const told = areas[randomised(areas.indexOf(own), areas.length, drawn)];
    await fetch("/footfall", { ...PLAIN, method: "POST", body: JSON.stringify({ area: told }) });
  } catch {
    // A count that is lost is no loss, and whoever writes has other things to think of.
  }
}

/** A random whole number below `below`, each as likely. */
function drawn(below) {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  const whole = 2 ** 32 - (2 ** 32 % below);
  return number < whole ? number % below : drawn(below);
}
