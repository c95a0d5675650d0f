/** This device's cameras: opening one, a frame of its picture, and what is wrong with it in a word. */

const WIDTH = 1280;
const HEIGHT = 720;
// Milliseconds until a hint is given.
const UNTIL_HINT = 6_000;

/** The picture of the camera `deviceId`, or else of the one at the back. */
export function openLens(deviceId = "") {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "SecurityError");
  const video = {
    ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } }),
    width: { ideal: WIDTH },
    height: { ideal: HEIGHT },
  };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

/** Turn a camera off. */
export function closeLens(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Draw what `video` shows now, at most `widest` pixels wide, on `canvas`; its ImageData. */
export function frameOf(video, canvas, widest = 2 * WIDTH) {
  const scale = Math.min(1, widest / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
  return drawing.getImageData(0, 0, canvas.width, canvas.height);
}

/** The mean of some hundred pixels, 0…255. */
export function brightness({ data }) {
  const step = Math.max(4, Math.floor(data.length / 4 / 400) * 4);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += step, count++) sum += data[at + 1];
  return sum / count;
}

/** What to tell somebody who has been holding a QR code before the camera for so long. */
export function hintFor(light, elapsed) {
  if (light < 40) return "camera-dark";
  if (light > 235) return "camera-bright";
  return elapsed > UNTIL_HINT ? "camera-still" : "camera-aim";
}

/** Why the camera, or the reader of its pictures, does not work. */
export function explained(problem) {
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
