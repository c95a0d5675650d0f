/**
 * (28) The code of a poster: is it ours, and where is it to hang? No poster is ever genuine. The twin
 * of verifier/poster.py: the same outcomes, codes and values, held to tests/vectors/poster.json.
 */

import { FormatError, SignatureError } from "./errors.js";
import { dayOf } from "./numbers.js";
import { parsed, readPoster } from "./poster.js";
import { USE } from "./trust.js";

/** The verdict on the text of a poster's code, at `now` (seconds since 1970). */
export async function checkPoster(text, trust, now) {
  const { bundle } = trust;
  if (now >= bundle.expiresAt) return verdict("cannot-check", 3, "bundle-expired");
  let poster;
  try {
    poster = await readPoster(text, trust);
  } catch (problem) {
    if (!(problem instanceof FormatError || problem instanceof SignatureError)) throw problem;
    if (problem instanceof SignatureError && mayBeNewer(text, trust, now)) {
      return verdict("cannot-check", 4, "bundle-older");
    }
    return verdict("not-genuine", 28, "poster-false");
  }
  const unit = bundle.units.get(poster.unit);
  const values = {
    number: poster.number,
    place: poster.area ? `${poster.place}, ${poster.area}` : poster.place,
    unit: unit?.name ?? String(poster.unit),
    printed: dayOf(poster.issuedAt, unit?.offset ?? 0),
    until: dayOf(poster.expiresAt, unit?.offset ?? 0),
  };
  if (now >= poster.expiresAt) return verdict("expired", 28, "poster-over", values);
  return verdict("cannot-check", 28, "poster-ours", values, "warning");
}

/** Whether a key that the bundle at hand does not know yet may have signed it. */
function mayBeNewer(text, { bundle, completeUntil }, now) {
  const { host, message, poster } = parsed(text);
  if (!bundle.hosts.includes(host)) return false;
  const known = bundle.keys.some((key) => key.use === USE.poster && key.keyId === message.keyId);
  return !known && completeUntil < Math.min(now, poster.issuedAt);
}

function verdict(outcome, number, code, values = {}, level = "problem") {
  return { outcome, findings: [{ number, code, level, values }], certificate: null, as_of: null };
}
