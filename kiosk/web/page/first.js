/**
 * Runs before everything else: what the QR code says is taken out of the address bar, so that it
 * stands in no screenshot and is not copied along with the address.
 */

/** Put the code that stands behind the # of the address into `history.state`, if there is one. */
export function takeHash() {
  const { hash, pathname, search } = location;
  if (!hash) return false;
  history.replaceState({ view: "result", text: hash }, "", pathname + search);
  return true;
}

takeHash();
