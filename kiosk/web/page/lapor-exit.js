/** Leaving at once, and leaving nothing behind on the page. */

const PRESSES = 3;
const WITHIN_MS = 2_000;

/** Make `link`, and three times Shift, leave to a page about the weather; `wipe` runs first. */
export function useExit(link, wipe) {
  const leave = () => {
    wipe();
    document.body.hidden = true;
    document.title = "…";
    // This page is not what "back" leads to. What the browser's history holds stays there.
    location.replace(link.href);
  };
  let presses = [];
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keyup", (event) => {
    const now = event.timeStamp;
    presses = event.key === "Shift" ? [...presses.filter((at) => now - at < WITHIN_MS), now] : [];
    if (presses.length >= PRESSES) leave();
  });
  // A page that the browser kept whole would show everything again to whoever presses "back".
  addEventListener("pagehide", wipe);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
