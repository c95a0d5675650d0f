/** Asks the worker that reads QR codes (decoder.js); it is started when it is first needed. */

let worker = null;
let asked = 0;
const waiting = new Map();

/**
 * The text of a QR code in `image` (ImageData), or null. `thorough` tries everything, for a picture
 * that is all there is. Rejects with an Error where the reader cannot be loaded.
 */
export function readCode(image, { thorough }) {
  worker ??= start();
  const id = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, image, thorough }, [image.data.buffer]);
  });
}

/** Load the reader, so that it is kept for times without a network. */
export function loadReader() {
  worker ??= start();
}

function start() {
  const { decoder, wasm } = document.getElementById("page").dataset;
  const started = new Worker(decoder);
  started.postMessage({ wasm });
  started.onmessage = ({ data: { id, text, failed } }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (failed) reject?.(new Error(failed));
    else resolve?.(text);
  };
  started.onerror = () => {
    // Start anew at the next question: the network may be back.
    worker = null;
    for (const { reject } of waiting.values()) reject(new Error("the reader did not start"));
    waiting.clear();
  };
  return started;
}
