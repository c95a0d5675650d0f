/**
 * The worker that reads QR codes from pixels: zxing, then once more on the picture enlarged twice
 * and sharpened, which is the step that pays most on small modules (docs: verifier/frame.py has the
 * same cascade). It alone may run WebAssembly.
 */

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { enlargedAndSharpened, greyOf, tiles } from "./pixels.js";

// Micro QR codes are found in noise now and then; ours never is one.
const OPTIONS = { formats: ["QRCodeModel2"], maxNumberOfSymbols: 4, tryHarder: true };
// Side of the tiles in which a large picture is enlarged, and their overlap, in pixels.
const TILE = 1000;
const OVERLAP = 300;

let ready = null;
let wasmAddress = "";

self.onmessage = async ({ data }) => {
  if (data.wasm) {
    wasmAddress = data.wasm;
    ready = load();
    // Whoever asks first is told; nobody may have asked yet.
    ready.catch(() => undefined);
    return;
  }
  try {
    ready ??= load();
    await ready;
    self.postMessage({ id: data.id, text: await read(data.image, data.thorough) });
  } catch (problem) {
    ready = null;
    self.postMessage({ id: data.id, failed: String(problem) });
  }
};

async function load() {
  const answer = await fetch(wasmAddress);
  if (!answer.ok) throw new Error(`${wasmAddress}: ${answer.status}`);
  const wasmBinary = await answer.arrayBuffer();
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
}

/** The text of the code in `image`, ours before others; or null. */
async function read(image, thorough) {
  const found = await texts(image);
  if (found.length) return best(found);
  const grey = greyOf(image);
  const parts = thorough ? tiles(grey, TILE, OVERLAP) : tiles(middleOf(grey), 4 * TILE, 0);
  for (const part of parts) {
    const again = await texts(enlargedAndSharpened(part));
    if (again.length) return best(again);
  }
  return null;
}

async function texts(image) {
  const codes = await readBarcodes(image, OPTIONS);
  return codes.filter((code) => code.isValid && code.text).map((code) => code.text);
}

function best(found) {
  return found.find((text) => /\/?#[0-9]{17,}$/.test(text)) ?? found[0];
}

/** The square in the middle of a frame, where the page shows the aim. */
function middleOf(grey) {
  const side = Math.min(grey.width, grey.height);
  const left = (grey.width - side) >> 1;
  const top = (grey.height - side) >> 1;
  const data = new Uint8ClampedArray(side * side);
  for (let y = 0; y < side; y++) {
    const from = (top + y) * grey.width + left;
    data.set(grey.data.subarray(from, from + side), y * side);
  }
  return { data, width: side, height: side };
}
