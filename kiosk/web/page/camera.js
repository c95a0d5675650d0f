/** Scanning with this device's camera: frames to the reader until a code of ours is seen. */

import { looksLikeOurs } from "./check.js";
import { looksLikePoster } from "./poster.js";
import { brightness, closeLens, explained, frameOf, hintFor, openLens } from "./lens.js";
import { readCode } from "./reader.js";
import { slot } from "./show.js";
import { say } from "./words.js";

// Milliseconds between two frames.
const PAUSE = 300;

let stream = null;
let running = 0;

/** Show the camera's picture and give the text of the first code of ours to `found`. */
export async function startCamera(found) {
  const turn = ++running;
  hint("camera-starting");
  try {
    const opened = await openLens();
    if (turn !== running) return closeLens(opened);
    stream = opened;
    const video = slot("video");
    video.srcObject = stream;
    await video.play();
    offerTorch();
    hint("camera-aim");
    await look(video, turn, found);
  } catch (problem) {
    if (turn !== running) return undefined;
    stopCamera();
    hint(explained(problem));
  }
  return undefined;
}

/** Turn the camera off. */
export function stopCamera() {
  running++;
  closeLens(stream);
  stream = null;
  slot("video").srcObject = null;
  torchButton().hidden = true;
}

async function look(video, turn, found) {
  const canvas = document.createElement("canvas");
  const since = Date.now();
  while (turn === running) {
    if (video.videoWidth && !document.hidden) {
      const image = frameOf(video, canvas);
      const light = brightness(image);
      const text = await readCode(image, { thorough: false });
      if (turn !== running) return;
      if (text !== null && (looksLikeOurs(text) || looksLikePoster(text))) {
        navigator.vibrate?.(80);
        found(text);
        return;
      }
      hint(text !== null ? "camera-other-code" : hintFor(light, Date.now() - since));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function hint(name) {
  const place = slot("camera-hint");
  const text = say(`page.${name}`);
  if (place.textContent !== text) place.textContent = text;
}

function torchButton() {
  return document.querySelector('[data-do="torch"]');
}

function offerTorch() {
  const [track] = stream.getVideoTracks();
  torchButton().hidden = !track.getCapabilities?.().torch;
}

/** Turn the camera's light on, or off again. */
export async function switchTorch() {
  const button = torchButton();
  const on = button.getAttribute("aria-pressed") !== "true";
  const [track] = stream?.getVideoTracks() ?? [];
  if (!track) return;
  try {
    await track.applyConstraints({ advanced: [{ torch: on }] });
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
    button.hidden = true;
    return;
  }
  button.setAttribute("aria-pressed", String(on));
  button.textContent = say(on ? "page.torch-off" : "page.torch-on");
}
