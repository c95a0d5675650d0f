/** The verdict on the text of a QR code by what this device carries. */

import { carriedNow, clockIsWrong, now } from "./carry.js";
import { checkToken } from "./check.js";
import { looksLikePoster } from "./poster.js";
import { checkPoster } from "./poster-check.js";

/** What the checks stand on. Very old browsers lack it, and pages without https. */
export const ABLE = Boolean(window.crypto?.subtle && window.DecompressionStream);

/** The verdict; our own failures never count against the paper. */
export async function verdictOn(text) {
  const { trust, problem } = carriedNow();
  if (!ABLE) return cannotCheck(3, "browser-too-old");
  if (problem && (problem === "root-changed" || !trust)) return cannotCheck(3, problem);
  if (!trust) return cannotCheck(3, "trust-missing");
  const check = looksLikePoster(text) ? checkPoster : checkToken;
  const verdict = await check(text, trust, now());
  if (!clockIsWrong()) return verdict;
  return cannotCheck(7, "clock-wrong", verdict.findings.filter(({ number }) => number < 3));
}

/** The verdict where the check of this number could not be made, for the reason `code`. */
export function cannotCheck(number, code, before = []) {
  const finding = { number, code, level: "problem", values: {} };
  return { outcome: "cannot-check", findings: [...before, finding], certificate: null, as_of: null };
}

/** Whether the paper is worth looking at any further. */
export function counts({ outcome }) {
  return outcome === "genuine" || outcome === "genuine-as-of";
}
