/** Fields in which somebody writes freely: what may give them away is said while they write. */

import { element } from "./lapor-screens.js";
import { tracesIn } from "./lapor-traces.js";
import { say } from "./words.js";

/** Warn under every such field of `form` while `warns()` holds. */
export function useTraces(form, warns) {
  for (const field of form.querySelectorAll("[data-traces]")) {
    const place = field.closest("[data-screen]").querySelector('[data-slot="traces"]');
    field.addEventListener("input", () => {
      const found = warns() ? tracesIn(field.value) : [];
      const said = found.map((code) => element("p", say(`traces.${code}`)));
      // Not read aloud anew at every letter.
      if (place.children.length === said.length && place.dataset.said === found.join()) return;
      place.dataset.said = found.join();
      place.replaceChildren(...said);
    });
  }
}
