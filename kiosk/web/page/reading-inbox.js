/** The inbox: what waits for a handler, opened a page at a time in this browser. */

import { element, showScreen } from "./lapor-screens.js";

/** {enter(desk), leave()}: shows what waits, and forgets it. */
export function useInbox() {
  const list = document.querySelector('[data-slot="cases"]');

  async function enter({ session }) {
    showScreen("inbox");
    const { cases } = await session.get("cases");
    list.replaceChildren(...cases.map(({ number }) => element("li", number)));
  }

  function leave() {
    list.replaceChildren();
  }

  return { enter, leave };
}
