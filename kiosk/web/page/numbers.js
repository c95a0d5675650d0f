/**
 * Days in a unit's time zone, and the printed number of a certificate.
 * The twin of signing/numbers.py.
 */

const ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
export const DAY = 86_400;

/** The calendar day, YYYY-MM-DD, at `moment` (seconds since 1970), `offset` minutes ahead of UTC. */
export function dayOf(moment, offset) {
  return new Date((moment + offset * 60) * 1000).toISOString().slice(0, 10);
}

/** The last valid day of a certificate: the day that ends when it expires. */
export function lastDayOf(expiresAt, offset) {
  return dayOf(expiresAt - DAY, offset);
}

/** How many days lie from `one` to `other`, both YYYY-MM-DD. */
export function daysBetween(one, other) {
  return Math.round((Date.parse(other) - Date.parse(one)) / (DAY * 1000));
}

/** The number that `template` makes of a running number and the day of issue. */
export function numberOf(template, sequence, issuedOn) {
  const [year, month] = issuedOn.split("-").map(Number);
  const put = (text, mark, value) => text.split(mark).join(value);
  return put(
    put(put(template, "{seq}", sequence), "{month}", ROMAN_MONTHS[month - 1]),
    "{year}",
    year,
  );
}
