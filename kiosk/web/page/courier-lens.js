/** The phone's camera, looking for a slip of ours. */

import { brightness, closeLens, explained, frameOf, hintFor, openLens } from "./lens.js";
import { readCode } from "./reader.js";
import { PREFIX } from "./slip.js";
import { say } from "./words.js";

const PAUSE = 300;

let stream = null;
let running = 0;

/** Show the camera in the place of this name, and give the text of the first slip to `found`. */
export async function lookForSlip(name, found) {
  stopLooking();
  const place = document.querySelector(`[data-lens="${name}"]`);
  const hint = place.querySelector('[data-slot="camera-hint"]');
  const turn = ++running;
  place.hidden = false;
  hint.textContent = say("page.camera-starting");
  try {
    const lens = await openLens();
    if (turn !== running) return closeLens(lens);
    stream = lens;
    const video = place.querySelector("video");
    video.srcObject = stream;
    await video.play();
    const text = await look(video, turn, (word) => (hint.textContent = say(`page.${word}`)));
    if (text === null) return undefined;
    stopLooking();
    navigator.vibrate?.(80);
    await found(text);
  } catch (problem) {
    if (turn === running) {
      closeLens(stream);
      stream = null;
      hint.textContent = say(`page.${explained(problem)}`);
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

/** The text of the first slip that is seen, or null where somebody has stopped looking. */
async function look(video, turn, hint) {
  const canvas = document.createElement("canvas");
  const since = Date.now();
  while (turn === running) {
    if (video.videoWidth && !document.hidden) {
      const image = frameOf(video, canvas);
      const light = brightness(image);
      const text = await readCode(image, { thorough: false });
      if (turn !== running) return null;
      if (text?.startsWith(PREFIX)) return text;
      hint(text === null ? hintFor(light, Date.now() - since) : "camera-other-code");
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}
