/** Runs beside a page: works out what the server asked for, for as long as it takes. */

import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";

addEventListener("message", async ({ data }) => {
  const solved = await solveChallenge({ challenge: data, deriveKey, timeout: 0 });
  // How long it took stays here: it would tell what device this is.
  postMessage({ counter: solved.counter, derivedKey: solved.derivedKey });
});
