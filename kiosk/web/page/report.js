/** The form that reports a fake: sent without leaving the page, and nothing typed is ever lost. */

import { showFaults } from "./faults.js";
import { slot } from "./show.js";
import { say } from "./words.js";

/** Make the form send itself; `digits` gives those of the token that was checked, or "". */
export function useReport(form, { digits, sent }) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    // The token's digits go along only where a person ticked that they should.
    if (digits() && document.getElementById("with-code").checked) body.set("digits", digits());
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
        credentials: "omit",
      });
      if (answer.ok) {
        form.reset();
        showFaults(form, {});
        sent();
        return;
      }
      const { faults } = await answer.json();
      showFaults(form, faults ?? { form: say("page.server-failed") });
    } catch (problem) {
      if (!(problem instanceof TypeError || problem instanceof SyntaxError)) throw problem;
      const name = problem instanceof TypeError ? "page.offline" : "page.server-failed";
      showFaults(form, { form: say(name) });
    } finally {
      button.disabled = false;
    }
  });
}

/** Offer to send the code's content only where there is one. */
export function offerCode(there) {
  slot("with-code").hidden = !there;
  if (!there) document.getElementById("with-code").checked = false;
}
