/**
 * The pages at which papers are fetched, made more comfortable: slips and cards before the camera,
 * a signature with a finger. Without this file everything is typed, and a witness signs for it.
 */

import { closeLens, frameOf, openLens } from "./lens.js";
import { readCode } from "./reader.js";

// Milliseconds between two pictures, and how many of a card are looked at before people type.
const PAUSE = 300;
const MOST_CARD_PICTURES = 40;
const WIDEST_CARD = 1920;

document.documentElement.classList.add("js");
for (const one of document.querySelectorAll(".js-only")) one.hidden = false;

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-scan]")) {
  button.addEventListener("click", () => scanInto(button));
}
const card = document.querySelector("[data-card]");
card?.querySelector("[data-read]").addEventListener("click", () => readCard(card));
const signing = document.querySelector("[data-signing]");
if (signing) useDrawing(signing);

/** Read the QR code of a slip or a poster into the field that the button names, and go on. */
async function scanInto(button) {
  const form = button.form;
  const { scan, keep, mark = "SEGEL-S1.", wordsAim, wordsNone } = button.dataset;
  await withLens(button.parentElement, wordsAim, wordsNone, async (image) => {
    const text = await readCode(image, { thorough: false });
    if (!text?.includes(mark)) return false;
    navigator.vibrate?.(80);
    form.elements[scan].value = text;
    if (keep) form.elements.receiver.value = "letter";
    else form.requestSubmit();
    return true;
  });
}

/** Show the card to the office's computer, until it says that it fits, or that it does not. */
async function readCard(form) {
  const { card: address, wordsAim, wordsAgain, wordsMatch, wordsFailed } = form.dataset;
  let pictures = 0;
  await withLens(form, wordsAim, wordsFailed, async (_image, canvas) => {
    const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "image/jpeg",
        "Segel-Visit": form.elements.visit.value,
      },
      body: picture,
      cache: "no-store",
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok || ++pictures > MOST_CARD_PICTURES) throw new Error("no answer");
    for (const one of document.querySelectorAll("[name=visit]")) one.value = said.visit;
    if (said.state === "try-again") {
      tell(form, said.hint || wordsAgain);
      return false;
    }
    tell(form, said.state === "match" ? wordsMatch : "");
    form.submit();
    return true;
  });
}

/** Open the camera and give each of its pictures to `look`, until that says that it is done. */
async function withLens(place, aim, none, look) {
  const lens = place.querySelector("[data-lens]");
  const video = lens.querySelector("[data-video]");
  lens.hidden = false;
  tell(place, aim);
  let stream = null;
  try {
    stream = await openLens();
    video.srcObject = stream;
    await video.play();
    const canvas = document.createElement("canvas");
    for (let done = false; !done; ) {
      if (video.videoWidth) done = await look(frameOf(video, canvas, WIDEST_CARD), canvas);
      if (!done) await new Promise((next) => setTimeout(next, PAUSE));
    }
  } catch {
    tell(place, none);
  } finally {
    closeLens(stream);
    video.srcObject = null;
    video.hidden = true;
  }
}

function tell(place, words) {
  place.querySelector("[data-said]").textContent = words;
}

/** A signature with a finger, a pen or a mouse; sent along as a picture. */
function useDrawing(form) {
  const canvas = form.querySelector("canvas");
  const drawing = canvas.getContext("2d");
  let last = null;
  let drawn = false;
  const at = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [
      ((event.clientX - left) * canvas.width) / width,
      ((event.clientY - top) * canvas.height) / height,
    ];
  };
  const wipe = () => {
    drawing.fillStyle = "#fff";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawn = false;
  };
  wipe();
  drawing.lineWidth = 4;
  drawing.lineCap = "round";
  canvas.addEventListener("pointerdown", (event) => {
    last = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    drawing.beginPath();
    drawing.moveTo(...last);
    drawing.lineTo(...next);
    drawing.stroke();
    last = next;
    drawn = true;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => (last = null));
  }
  form.querySelector("[data-clear]").addEventListener("click", wipe);
  form.addEventListener("submit", () => {
    form.elements.drawn.value = drawn ? canvas.toDataURL("image/png") : "";
  });
}
