/** The phone's camera: looking for a slip of ours, and, where there is signal, at a card. */

import { brightness, closeLens, explained, frameOf, hintFor, openLens } from "./lens.js";
import { readCode } from "./reader.js";
import { PREFIX } from "./slip.js";
import { say } from "./words.js";

// Milliseconds between two pictures; how wide those of a card are, and how many are looked at.
const PAUSE = 300;
const WIDEST_CARD = 1920;
const MOST_CARDS = 30;

let stream = null;
let running = 0;

/** Show the camera in the place of this name, and give the text of the first slip to `found`. */
export function lookForSlip(name, found) {
  const since = Date.now();
  return withLens(name, found, async (video, canvas, hint) => {
    const image = frameOf(video, canvas);
    const light = brightness(image);
    const text = await readCode(image, { thorough: false });
    if (text?.startsWith(PREFIX)) return text;
    hint(text === null ? hintFor(light, Date.now() - since) : "camera-other-code");
    return null;
  });
}

/**
 * Show the card of who stands there to the office's reader, until it has an answer: "match" or
 * "no-match" go to `found`; "none" where there is no signal, no reader, or no answer to be had.
 */
export function lookAtCard(name, bag, found) {
  let pictures = 0;
  return withLens(name, found, async (video, canvas, hint) => {
    frameOf(video, canvas, WIDEST_CARD);
    const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    const state = await judged(bag, picture);
    hint("card-aim");
    return state === "try-again" && ++pictures < MOST_CARDS ? null : state.replace("try-again", "none");
  });
}

async function judged(bag, picture) {
  try {
    const answer = await fetch(`/courier/card?bag=${bag}`, {
      method: "POST",
      cache: "no-store",
      headers: { Accept: "application/json", "Content-Type": "image/jpeg" },
      body: picture,
    });
    return answer.ok ? (await answer.json()).state : "none";
  } catch (problem) {
    if (problem instanceof TypeError) return "none";
    throw problem;
  }
}

/** Show the camera in a place, let `see` look at its pictures, and give what it saw to `found`. */
async function withLens(name, found, see) {
  stopLooking();
  const place = document.querySelector(`[data-lens="${name}"]`);
  const line = place.querySelector('[data-slot="camera-hint"]');
  const hint = (word) => {
    line.textContent = say(`page.${word}`);
  };
  const turn = ++running;
  place.hidden = false;
  hint("camera-starting");
  try {
    const lens = await openLens();
    if (turn !== running) return closeLens(lens);
    stream = lens;
    const video = place.querySelector("video");
    video.srcObject = stream;
    await video.play();
    const seen = await firstSeen(video, turn, hint, see);
    if (seen === null) return undefined;
    stopLooking();
    navigator.vibrate?.(80);
    await found(seen);
  } catch (problem) {
    if (turn === running) {
      closeLens(stream);
      stream = null;
      hint(explained(problem));
    }
  }
  return undefined;
}

/** Turn the camera off. */
export function stopLooking() {
  running++;
  closeLens(stream);
  stream = null;
  for (const place of document.querySelectorAll("[data-lens]")) place.hidden = true;
}

/** What was seen first, or null where somebody has stopped looking. */
async function firstSeen(video, turn, hint, see) {
  const canvas = document.createElement("canvas");
  while (turn === running) {
    if (video.videoWidth && !document.hidden) {
      const seen = await see(video, canvas, hint);
      if (turn !== running) return null;
      if (seen !== null) return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}
