/** Scanning with this device's camera: frames to the reader until a code of ours is seen. */

import { looksLikeOurs } from "./check.js";
import { readCode } from "./reader.js";
import { slot } from "./show.js";
import { say } from "./words.js";

// Milliseconds between two frames, and until a hint is given.
const PAUSE = 300;
const UNTIL_HINT = 6_000;
const WIDTH = 1280;
const HEIGHT = 720;

let stream = null;
let running = 0;

/** Show the camera's picture and give the text of the first code of ours to `found`. */
export async function startCamera(found) {
  const turn = ++running;
  hint("camera-starting");
  try {
    const opened = await openCamera();
    if (turn !== running) return stopTracks(opened);
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
  stopTracks(stream);
  stream = null;
  slot("video").srcObject = null;
  torchButton().hidden = true;
}

function stopTracks(opened) {
  for (const track of opened?.getTracks() ?? []) track.stop();
}

function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "SecurityError");
  const video = {
    facingMode: { ideal: "environment" },
    width: { ideal: WIDTH },
    height: { ideal: HEIGHT },
  };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

async function look(video, turn, found) {
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  const since = Date.now();
  while (turn === running) {
    if (video.videoWidth && !document.hidden) {
      // What a camera gives beyond this only costs time.
      const scale = Math.min(1, (2 * WIDTH) / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
      const image = drawing.getImageData(0, 0, canvas.width, canvas.height);
      const light = brightness(image);
      const text = await readCode(image, { thorough: false });
      if (turn !== running) return;
      if (text !== null && looksLikeOurs(text)) {
        navigator.vibrate?.(80);
        found(text);
        return;
      }
      hint(text !== null ? "camera-other-code" : hintFor(light, Date.now() - since));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function hintFor(light, elapsed) {
  if (light < 40) return "camera-dark";
  if (light > 235) return "camera-bright";
  return elapsed > UNTIL_HINT ? "camera-still" : "camera-aim";
}

/** The mean of some hundred pixels, 0…255. */
function brightness({ data }) {
  const step = Math.max(4, Math.floor(data.length / 4 / 400) * 4);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += step, count++) sum += data[at + 1];
  return sum / count;
}

function explained(problem) {
  switch (problem.name) {
    case "NotAllowedError":
      return "camera-denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "camera-none";
    case "NotReadableError":
    case "AbortError":
      return "camera-busy";
    case "SecurityError":
      return "camera-insecure";
    default:
      return problem instanceof DOMException ? "camera-failed" : "camera-unloaded";
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
