/**
 * Runs before everything else: what the QR code says is taken out of the address bar, so that it
 * stands in no screenshot and is not copied along with the address.
 */

/** Put the code that stands behind the # of the address into `history.state`, if there is one. */
export function takeHash() {
  const { hash, pathname, search } = location;
  if (!hash) return false;
  history.replaceState({ view: "result", text: textOf(hash) }, "", pathname + search);
  return true;
}

/** The text of the QR code that opened this page: a mirror of ours at another host is told apart. */
function textOf(hash) {
  // Numeric addresses of IPv6 have no place in our codes; there the digits have to do.
  return location.origin.includes("[") ? hash.slice(1) : `${location.origin}/${hash}`;
}

takeHash();
