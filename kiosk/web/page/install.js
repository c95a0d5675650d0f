/** Working without a network, and a place on the home screen. */

import { loadReader } from "./reader.js";

/** Start the service worker; offer to keep the page on the home screen where that is possible. */
export function useInstall() {
  navigator.serviceWorker?.register("/sw.js").catch((problem) => {
    // Private windows have none: the page then needs a network, and says so when there is none.
    if (!(problem instanceof DOMException || problem instanceof TypeError)) throw problem;
  });
  const button = document.querySelector('[data-do="install"]');
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    button.hidden = false;
    button.onclick = () => event.prompt();
  });
  window.addEventListener("appinstalled", () => {
    button.hidden = true;
  });
  if (window.matchMedia("(display-mode: standalone)").matches) {
    navigator.storage?.persist?.();
    // Somebody installed it: the camera is to work without a network, too.
    if (!navigator.connection?.saveData) {
      (window.requestIdleCallback ?? setTimeout)(() => loadReader());
    }
  }
}
