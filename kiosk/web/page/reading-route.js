/** Where a case may go: the units of the verified directory, and why some may not have it. */

import { leftOut, ROLE } from "./directory.js";

/** The handlers of a unit whose keys are valid at this moment (seconds since 1970). */
export function handlersOf({ keys }, unit, at) {
  return keys.filter(
    (key) =>
      key.role === ROLE.handler && key.unit === unit && key.validFrom <= at && (!key.until || at < key.until),
  );
}

/**
 * The units as a tree, from above: {code, name, depth, handlers, why}. `why` names what keeps a unit
 * from having a case about `accused` (a unit's code, or 0): accused, superior, below, or nobody where
 * no handler has a key; else it is empty.
 */
export function placesFor(directory, { accused, at }) {
  const out = accused ? leftOut(directory, [accused]) : new Set();
  const superior = directory.units.find(({ code }) => code === accused)?.above;
  const reason = (code, handlers) => {
    if (!out.has(code)) return handlers.length ? "" : "nobody";
    if (code === accused) return "accused";
    return code === superior ? "superior" : "below";
  };
  const places = [];
  const add = (above, depth) => {
    for (const { code, name } of directory.units.filter((unit) => unit.above === above)) {
      const handlers = handlersOf(directory, code, at);
      places.push({ code, name, depth, handlers, why: reason(code, handlers) });
      add(code, depth + 1);
    }
  };
  add(0, 0);
  return places;
}
