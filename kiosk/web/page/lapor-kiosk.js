/** At a kiosk: whoever goes away leaves nothing for whoever comes next. */

import { rest, useIdle, wait } from "./idle.js";

// Milliseconds: long enough to think, short enough that nobody else reads what was written.
const QUIET = 60_000;
const WARNED = 30_000;

/** Go back to an empty form, which is what `away` leads to, when nobody is there; `wipe` runs first. */
export function useKiosk(away, wipe) {
  const reset = () => {
    wipe();
    document.body.hidden = true;
    location.replace(away);
  };
  const busy = () => Boolean(document.querySelector('form[aria-busy="true"]'));
  useIdle(reset, { quiet: QUIET, warned: WARNED, sentence: "kiosk.idle", busy });
  // Until somebody touches it, this is the beginning already.
  addEventListener("pointerdown", wait, { once: true });
  addEventListener("keydown", wait, { once: true });
  addEventListener("pagehide", rest);
}
