/** Compares the NIK that somebody types from the paper with the check code in the token. */

import { slot } from "./show.js";
import { nikCode } from "./token.js";
import { say } from "./words.js";

const DIGITS = 16;
let expected = null;

/** Compare with this check code from now on; null for none. */
export function expectNik(code) {
  expected = code;
  document.getElementById("nik").value = "";
  answer("", "");
}

/** Make the field answer while somebody types. */
export function useNik() {
  const field = document.getElementById("nik");
  field.addEventListener("input", async () => {
    const digits = field.value.replace(/[^0-9]/g, "");
    if (!digits) return answer("", "");
    if (digits.length < DIGITS) {
      return answer("short", say("page.nik-short", { left: DIGITS - digits.length }));
    }
    const fits = digits.length === DIGITS && (await nikCode(digits)) === expected;
    return answer(fits ? "match" : "differs", say(fits ? "page.nik-match" : "page.nik-differs"));
  });
}

function answer(kind, text) {
  const place = slot("nik-answer");
  place.dataset.kind = kind;
  place.textContent = text;
}
