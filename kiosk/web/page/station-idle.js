/** Goes back to the beginning when nobody is there any more, and says so in time. */

import { slot } from "./show.js";
import { say } from "./words.js";

// Milliseconds without a touch or a key, until the warning and from then on.
const QUIET = 40_000;
const WARNED = 20_000;

let timer = 0;
let gone = () => undefined;

/** Call `reset` when nobody is there any more. */
export function useIdle(reset) {
  gone = reset;
  for (const kind of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(kind, () => timer && wait(), { capture: true });
  }
}

/** Somebody is there: wait from now on. */
export function wait() {
  rest();
  timer = setTimeout(warn, QUIET);
}

/** Wait for nothing: this is the beginning. */
export function rest() {
  clearTimeout(timer);
  timer = 0;
  slot("idle").hidden = true;
  slot("idle-words").textContent = "";
}

function warn() {
  slot("idle").hidden = false;
  slot("idle-words").textContent = say("station.idle", { count: WARNED / 1000 });
  timer = setTimeout(() => gone(), WARNED);
}
