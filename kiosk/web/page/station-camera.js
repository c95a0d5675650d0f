/**
 * The station's camera: its picture with an outline, frames for whoever looks at them, and a
 * sentence for each of its troubles.
 */

import { brightness, closeLens, explained, frameOf, openLens } from "./lens.js";
import { slot } from "./show.js";
import { has, say } from "./words.js";

// A picture whose mean is below this is black (0…255).
const BLACK = 12;
// Milliseconds for which a picture may be black, or stand still, before that is called a trouble.
const PATIENCE = 3_000;
const BACK = /back|rear|environment|belakang/i;
const FRONT = /front|user|depan/i;

let stream = null;
let turn = new AbortController();
// Remembered while the page is open, and nowhere else.
let chosen = "";

/**
 * Show the camera's picture with the outline of `aim` ("sheet" or "card"), and give a frame to
 * `look` every so many milliseconds, at most `widest` pixels wide: {canvas, image, light, signal}.
 * Whatever is still under way when the camera is turned off finds `signal` aborted.
 */
export async function startCamera({ aim, every, widest, look }) {
  stopCamera();
  turn = new AbortController();
  const { signal } = turn;
  slot("picture").dataset.aim = aim;
  showTrouble("");
  hint("camera-starting");
  try {
    const opened = await openLens(chosen);
    if (signal.aborted) return closeLens(opened);
    stream = opened;
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => signal.aborted || fail("station.camera-gone"));
    const video = slot("video");
    video.srcObject = stream;
    // Some cameras open and never give a picture.
    const patience = setTimeout(() => signal.aborted || fail("station.camera-stalled"), 2 * PATIENCE);
    await video.play().finally(() => clearTimeout(patience));
    if (signal.aborted) return undefined;
    fit(video, track);
    await offerCameras(track);
    await keepLooking({ video, every, widest, look, signal });
  } catch (problem) {
    if (!signal.aborted) fail(explained(problem));
  }
  return undefined;
}

/** Turn the camera off. */
export function stopCamera() {
  turn.abort();
  closeLens(stream);
  stream = null;
  slot("video").srcObject = null;
  outline(null);
}

/** Stop, say why, and offer to try again. */
export function fail(name, sentence = worded(name)) {
  stopCamera();
  chosen = "";
  hint("");
  showTrouble(sentence);
}

/** Use this camera from the next start on. */
export function chooseCamera(deviceId) {
  chosen = deviceId;
}

/** Say what to do better; the name of one of the page's sentences, or "". */
export function hint(name) {
  const place = slot("camera-hint");
  const text = name && worded(name);
  if (place.textContent !== text) place.textContent = text;
}

/** Draw the card where it was found in a frame of this size; null for no card. */
export function outline(corners, { width, height } = { width: 0, height: 0 }) {
  const canvas = slot("outline");
  // Setting a size wipes it clean.
  Object.assign(canvas, { width, height });
  slot("picture").dataset.found = corners ? "yes" : "no";
  if (!corners) return;
  const drawing = canvas.getContext("2d");
  drawing.lineJoin = "round";
  drawing.beginPath();
  for (const [x, y] of corners) drawing.lineTo(x, y);
  drawing.closePath();
  for (const [colour, wide] of [
    ["#fff", 14],
    ["#0a7d48", 8],
  ]) {
    drawing.strokeStyle = colour;
    drawing.lineWidth = (wide * width) / 1280;
    drawing.stroke();
  }
}

function worded(name) {
  return say(has(`station.${name}`) ? `station.${name}` : has(name) ? name : `page.${name}`);
}

function showTrouble(sentence) {
  const place = slot("trouble");
  place.textContent = sentence;
  place.hidden = !sentence;
  const retry = slot("retry");
  retry.hidden = !sentence;
  if (sentence) retry.focus();
}

function fit(video, track) {
  const picture = slot("picture");
  picture.style.setProperty("--ratio", video.videoWidth / video.videoHeight || 16 / 9);
  // Whoever sees himself expects a mirror.
  picture.dataset.mirrored = track.getSettings().facingMode === "user" ? "yes" : "no";
}

/** A choice, where there are several cameras; their names are known only once one is in use. */
async function offerCameras(track) {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(
    ({ kind }) => kind === "videoinput",
  );
  slot("cameras").hidden = cameras.length < 2;
  const { deviceId } = track.getSettings();
  const options = cameras.map((camera, index) => {
    const option = new Option(nameOf(camera, index + 1), camera.deviceId);
    option.selected = camera.deviceId === deviceId;
    return option;
  });
  document.getElementById("camera").replaceChildren(...options);
}

function nameOf({ label }, count) {
  if (BACK.test(label)) return say("station.camera-back");
  if (FRONT.test(label)) return say("station.camera-front");
  // What stands in brackets are numbers of the maker's.
  return label.replace(/\s*\([^)]*\)/g, "").trim() || say("station.camera", { count });
}

async function keepLooking({ video, every, widest, look, signal }) {
  const canvas = document.createElement("canvas");
  const moved = whenMoved(video, signal);
  let lit = Date.now();
  while (!signal.aborted) {
    const asked = Date.now();
    if (video.videoWidth && !document.hidden) {
      if (asked - moved.at > PATIENCE) return fail("station.camera-stalled");
      const image = frameOf(video, canvas, widest);
      const light = brightness(image);
      if (light >= BLACK) {
        lit = asked;
        await look({ canvas, image, light, signal });
      } else if (asked - lit > PATIENCE) {
        outline(null);
        hint("station.camera-black");
      }
    } else {
      moved.at = Math.max(moved.at, asked);
      lit = asked;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, asked + every - Date.now())));
  }
  return undefined;
}

/** When the camera gave its last picture: {at}, in milliseconds, kept up to date. */
function whenMoved(video, signal) {
  const moved = { at: Date.now() };
  // Where a browser cannot tell, a camera is never said to stand still.
  if (!video.requestVideoFrameCallback) moved.at = Infinity;
  const again = () => {
    moved.at = Date.now();
    if (!signal.aborted) video.requestVideoFrameCallback(again);
  };
  video.requestVideoFrameCallback?.(again);
  return moved;
}
