/** Has the office's computer look at a card, one picture at a time, until it has an answer. */

import { hint, outline } from "./station-camera.js";
import { postPicture } from "./station-scans.js";

const QUALITY = 0.85;
// So many times in a row the network may fail, or the reader: others' cards, a broken picture.
const MOST_FAILURES = 3;
const PASSING = [422, 429];

/** Gives the answer of `scan` to `answered`; or the problem that keeps it from one to `failed`. */
export function lookForCard(scan, { answered, failed }) {
  let failures = 0;
  return async ({ canvas, signal }) => {
    const picture = await jpegOf(canvas);
    if (signal.aborted) return;
    try {
      const state = await postPicture(scan, picture, signal);
      if (signal.aborted) return;
      failures = 0;
      outline(state.corners, canvas);
      if (state.state === "looking") hint(hintOf(state));
      else answered(state);
    } catch (problem) {
      if (signal.aborted) return;
      const passing = problem instanceof TypeError || PASSING.includes(problem.status);
      if (!passing || ++failures === MOST_FAILURES) failed(problem);
    }
  };
}

function hintOf({ hints, corners }) {
  if (hints.length) return `hint.${hints[0]}`;
  return corners ? "hold" : "hint.no-card";
}

function jpegOf(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
