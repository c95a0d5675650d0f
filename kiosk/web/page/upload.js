/**
 * Uploads: a photo, and a PDF of ours, are checked on this device; another PDF, or a photo without
 * luck, by the server.
 */

import { readCode } from "./reader.js";
import { openSheet } from "./sheet.js";
import { slot } from "./show.js";
import { say } from "./words.js";

// A photo is read at this long edge first: a code of a whole page has enough pixels then.
const LONG_EDGE = 2600;
// More pixels than any phone's photo; decoding them would end the page.
const MOST_PIXELS = 110_000_000;

let chosen = null;

/** Begin again, with no file chosen. */
export function clearUpload() {
  chosen = null;
  slot("send").hidden = true;
  slot("progress").hidden = true;
  fault("");
  hint("");
}

/**
 * A file was chosen: read it here, or offer to send it. The text of its code goes to `found`, and
 * with it, for a PDF of ours, what binds the two: its digest, or null where the file was changed.
 */
export async function fileChosen(file, found) {
  clearUpload();
  if (!file) return;
  const limit = Number(document.getElementById("page").dataset.limit);
  if (file.size > limit) {
    fault(say("page.file-large", { megabytes: limit >> 20 }));
    return;
  }
  chosen = file;
  hint(say("page.reading"));
  if (file.type === "application/pdf" || /\.pdf$/i.test(file.name)) {
    await openHere(file, found);
    return;
  }
  await readHere(file, found);
}

async function openHere(file, found) {
  try {
    const sheet = await openSheet(new Uint8Array(await file.arrayBuffer()));
    if (file !== chosen) return;
    if (sheet === null) {
      hint("");
      offerToSend(false);
      return;
    }
    const { image } = sheet;
    const drawn = image && new ImageData(image.data, image.width, image.height);
    const text = drawn && (await readCode(drawn, { thorough: false }));
    if (file !== chosen) return;
    hint("");
    found(text ?? "", { digest: text ? sheet.digest : null });
  } catch {
    if (file !== chosen) return;
    // Reading here failed for a reason of our own: the server may have more luck.
    hint("");
    offerToSend(false);
  }
}

async function readHere(file, found) {
  try {
    const text = await readCode(await pixelsOf(file), { thorough: true });
    if (file !== chosen) return;
    if (text !== null) {
      hint("");
      found(text);
      return;
    }
    hint(say("page.picture-none"));
    offerToSend(true);
  } catch (problem) {
    if (file !== chosen) return;
    hint("");
    fault(problem instanceof PictureError ? problem.message : say("page.camera-unloaded"));
  }
}

class PictureError extends Error {}

/** The pixels of a picture file, upright, at most LONG_EDGE long. */
async function pixelsOf(file) {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await new Promise((resolve, reject) => {
      picture.onload = resolve;
      picture.onerror = () => reject(new PictureError(say("page.picture-unreadable")));
    });
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (width * height > MOST_PIXELS) throw new PictureError(say("page.picture-huge"));
    const scale = Math.min(1, LONG_EDGE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const drawing = canvas.getContext("2d");
    drawing.imageSmoothingQuality = "high";
    // What is transparent would else be black, and a code on it unreadable.
    drawing.fillStyle = "#fff";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return drawing.getImageData(0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function offerToSend(photo) {
  slot("send").hidden = false;
  slot("send-photo").hidden = !photo;
  slot("send-pdf").hidden = photo;
}

/** Send the chosen file to the server, as its button said; the verdict goes to `judged`. */
export function sendFile(judged) {
  if (!chosen) return;
  const sent = chosen;
  const body = new FormData();
  body.append("file", sent);
  const progress = slot("progress");
  const request = new XMLHttpRequest();
  request.open("POST", "/check/file" + location.search);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => {
    progress.value = total ? (100 * loaded) / total : 0;
    hint(loaded < total ? say("page.sending", { percent: Math.floor(progress.value) }) : say("page.waiting"));
  };
  request.onerror = () => failed(say("page.offline"));
  request.onload = () => {
    if (sent !== chosen) return;
    if (request.status === 200 && request.response?.outcome) {
      judged(request.response);
      clearUpload();
    } else {
      failed(request.response?.detail ?? say("page.server-failed"));
    }
  };
  progress.value = 0;
  progress.hidden = false;
  fault("");
  request.send(body);
}

function failed(sentence) {
  slot("progress").hidden = true;
  hint("");
  fault(sentence);
}

function hint(text) {
  slot("picture-hint").textContent = text;
}

function fault(text) {
  const place = slot("picture-fault");
  place.textContent = text;
  place.hidden = !text;
}
