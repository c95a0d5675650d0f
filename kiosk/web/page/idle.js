/** Goes back to the beginning when nobody is there any more, and says so in time. */

import { slot } from "./show.js";
import { say } from "./words.js";

let timer = 0;
let given = {};

/**
 * Call `reset` when nobody is there any more: after `quiet` milliseconds without a touch or a key it
 * is said that this happens (`sentence`), and `warned` later it does. While `busy` nobody has to touch
 * anything.
 */
export function useIdle(reset, { quiet, warned, sentence, busy = () => false }) {
  given = { reset, quiet, warned, sentence, busy };
  for (const kind of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(kind, () => timer && wait(), { capture: true });
  }
}

/** Somebody is there: wait from now on. */
export function wait() {
  rest();
  timer = setTimeout(warn, given.quiet);
}

/** Wait for nothing: this is the beginning. */
export function rest() {
  clearTimeout(timer);
  timer = 0;
  slot("idle").hidden = true;
  slot("idle-words").textContent = "";
}

function warn() {
  if (given.busy()) return wait();
  slot("idle").hidden = false;
  slot("idle-words").textContent = say(given.sentence, { count: given.warned / 1000 });
  timer = setTimeout(() => given.reset(), given.warned);
}
