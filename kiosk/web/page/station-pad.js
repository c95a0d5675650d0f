/** A number pad for a kiosk without a keyboard; on phones and desks there are better ones. */

import { slot } from "./show.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "⌫", "0", "-"];
const FIELDS = ["nik", "birth"];

/** Show the pad where fingers are all there is on a large screen. */
export function usePad() {
  if (!window.matchMedia("(pointer: coarse) and (min-width: 700px)").matches) return;
  let field = document.getElementById(FIELDS[0]);
  for (const id of FIELDS) {
    const one = document.getElementById(id);
    // The system's own keyboard would stand in the way.
    one.inputMode = "none";
    one.addEventListener("focus", () => {
      field = one;
    });
  }
  const pad = slot("pad");
  pad.replaceChildren(...KEYS.map(buttonOf));
  pad.hidden = false;
  pad.addEventListener("click", ({ target }) => {
    const key = target.closest("button")?.value;
    if (key === undefined) return;
    const room = Number(field.maxLength);
    field.value = key === "⌫" ? field.value.slice(0, -1) : (field.value + key).slice(0, room);
    field.focus();
  });
}

function buttonOf(key) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", value: key, textContent: key, className: "button" });
  return button;
}
