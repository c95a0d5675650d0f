/** What the server asks of every browser while many reports come in: worked out beside the page. */

import { Unsent } from "./lapor-post.js";

/** Work by the worker at `script`, which is fetched when there is something to work out. */
export function useWork(script) {
  let worker = null;
  let shown = Promise.resolve("");
  const stop = () => {
    worker?.terminate();
    worker = null;
  };
  const done = (challenge) => {
    const running = (worker = new Worker(script));
    return new Promise((resolve, reject) => {
      running.addEventListener("message", ({ data: solution }) => {
        if (worker === running) stop();
        resolve(btoa(JSON.stringify({ challenge, solution })));
      });
      running.addEventListener("error", () => reject(new Unsent("report.failed")));
      running.postMessage(challenge);
    });
  };
  return {
    /** Begin what is asked, null for nothing; what was begun before is given up. */
    begin(challenge) {
      stop();
      shown = challenge ? done(challenge) : Promise.resolve("");
      // Whoever sends waits for it, and hears then what went wrong.
      shown.catch(() => {});
    },
    /** Whether it is not worked out yet. */
    isRunning: () => worker !== null,
    /** What shows the server that it was done; empty where nothing was asked. Throws Unsent. */
    shown: () => shown,
    stop,
  };
}
