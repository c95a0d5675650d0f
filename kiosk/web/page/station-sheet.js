/** Looks for the QR code of a sheet, in this browser. */

import { looksLikeOurs } from "./check.js";
import { hintFor } from "./lens.js";
import { readCode } from "./reader.js";
import { hint } from "./station-camera.js";

/** Looks at frames until it can give the text of a code of ours to `found`. */
export function lookForSheet(found) {
  const since = Date.now();
  return async ({ image, light, signal }) => {
    const text = await readCode(image, { thorough: false });
    if (signal.aborted) return;
    if (text !== null && looksLikeOurs(text)) found(text);
    else hint(text !== null ? "camera-other-code" : hintFor(light, Date.now() - since));
  };
}
