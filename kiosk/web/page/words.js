/** The page's sentences (kiosk/web/wording.py), times and days in its language. */

const words = JSON.parse(document.getElementById("words").textContent);

/** The language of the page: "id" or "en". */
export const language = document.documentElement.lang;

/** The sentence `key` with `values` put in for their {names}, or `fallback` where there is none. */
export function say(key, values = {}, fallback = "") {
  const sentence = words[key];
  if (sentence === undefined) return fallback;
  return sentence.replace(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark);
}

/** Whether there is a sentence `key`. */
export function has(key) {
  return key in words;
}

/** A day, YYYY-MM-DD, in words. */
export function dayInWords(day) {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(spelling(), options).format(new Date(day));
}

/** A moment (seconds since 1970) in words, in the zone of this device. */
export function timeInWords(moment) {
  const at = new Date(moment * 1000);
  const day = { day: "numeric", month: "long", year: "numeric" };
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const clock = new Intl.DateTimeFormat(spelling(), hour).format(at);
  return `${new Intl.DateTimeFormat(spelling(), day).format(at)} ${clock.replace(":", ".")}`;
}

/** How long ago `moment` was at `now`, both in seconds since 1970. */
export function agoInWords(moment, now) {
  const minutes = Math.max(0, Math.floor((now - moment) / 60));
  if (minutes < 2) return say("page.ago-now");
  if (minutes < 120) return say("page.ago-minutes", { count: minutes });
  if (minutes < 48 * 60) return say("page.ago-hours", { count: Math.floor(minutes / 60) });
  return say("page.ago-days", { count: Math.floor(minutes / 1440) });
}

function spelling() {
  return language === "en" ? "en-GB" : "id-ID";
}
