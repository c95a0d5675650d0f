/**
 * The round: what the pack says of each bag, and what happened since on this phone.
 *
 * Plain rules over plain values; the office decides again when it hears the events
 * (kiosk/domain/handover.py).
 */

/** The bags as they stand: a Map by number. `lines` are the phone's events, in order. */
export function roundOf(pack, lines) {
  const bags = new Map(pack.bags.map((one) => [one.bag, { ...one, arrived: false, lastVain: null }]));
  for (const line of lines) {
    if (line.number <= pack.number) continue;
    const before = bags.get(line.bag);
    if (before) bags.set(line.bag, afterEvent(before, line));
  }
  return bags;
}

function afterEvent(bag, { kind, body }) {
  switch (kind) {
    case "accepted":
      return { ...bag, state: "carried", mismatches: 0 };
    case "arrived":
      return { ...bag, arrived: true };
    case "handed-over":
      return { ...bag, state: "handed-over" };
    case "in-vain":
      return { ...bag, visits: bag.visits + 1, arrived: false, lastVain: body[0] };
    case "wrong-code":
      return { ...bag, wrong_codes: bag.wrong_codes + 1 };
    case "mismatch":
      return { ...bag, mismatches: bag.mismatches + 1 };
    case "given-back":
      return { ...bag, state: "given-back" };
    case "missing":
      return { ...bag, state: "missing" };
    default:
      return bag;
  }
}

/** Taken, handed over, brought back, and what is still to be accounted for. */
export function balanceOf(bags) {
  const count = (...states) => [...bags.values()].filter(({ state }) => states.includes(state)).length;
  const taken = count("carried", "handed-over", "given-back", "missing");
  const handedOver = count("handed-over");
  const broughtBack = count("given-back");
  return { taken, handedOver, broughtBack, left: taken - handedOver - broughtBack };
}

/** The bags to go to: by window, then village and RW, roughly the way one would walk. */
export function stopsOf(bags) {
  const order = ["morning", "midday", "afternoon", "evening", "weekend", ""];
  const place = ({ window }) => (order.indexOf(window) + order.length) % order.length;
  return [...bags.values()].sort(
    (one, other) =>
      one.day.localeCompare(other.day) ||
      place(one) - place(other) ||
      one.village.localeCompare(other.village) ||
      one.rw.localeCompare(other.rw) ||
      one.bag - other.bag,
  );
}

/** Whether a code may be tried, a card compared. */
export function mayTry(bag, { codes, mismatches }) {
  return { code: bag.wrong_codes < codes, card: bag.mismatches < mismatches };
}

/** Who may take a bag: where slip and code are lost, its holder alone. */
export function mayTake(bag, proofs) {
  const named = bag.receivers.some(({ who }) => who === "named");
  if (proofs.has("witness")) return ["holder"];
  return named ? ["holder", "named", "letter"] : ["holder", "letter"];
}

/** Whether this slip is for this bag: its own, or its application's from before it had one. */
export function isFor(slip, bag, now) {
  const meant = slip.bag ? slip.bag === bag.bag : slip.reference === bag.reference;
  return meant && slip.expiresAt > now;
}
