/**
 * A signed PDF of ours, looked at without sending it (docs/formats/sheet.md, "Binding").
 *
 * The token in its QR code names the SHA-256 of everything in the file but two gaps, the QR code's
 * hole and the contents of the signature. So a token that holds, and a digest that agrees, prove
 * every printed word. What stands in the second gap, the PDF's own signature, is the server's and
 * the command line's to judge: it can change nothing that is seen.
 */

import { hex, sha256 } from "./cose.js";

const MODULES = 61;
const ROW_BYTES = 8;
const HOLE_BYTES = MODULES * ROW_BYTES;
const DIGEST_BYTES = 16;
// How the writer opens the QR code's object (signing/pdf.py): it stands once in every file of ours.
const QR_OPENS =
  "<</Type/XObject/Subtype/Image/ImageMask true/Width 61/Height 61/BitsPerComponent 1" +
  `/Decode[1 0]/Interpolate false/Length ${HOLE_BYTES}>>stream\n`;
const RANGE = /^\/ByteRange\[0 ([0-9]{10}) ([0-9]{10}) ([0-9]{10})\]\/Contents</;
const RANGE_LENGTH = "/ByteRange[0 0000000000 0000000000 0000000000]/Contents<".length;
// A module is drawn this large for the reader, with the white edge that a QR code needs.
const SCALE = 4;
const QUIET = 4;

/**
 * What binds the file: null where it is none of ours; else `digest`, 32 hexadecimal digits, and the
 * QR code as `image` (width, height, data); both null where the file was changed or cut off.
 */
export async function openSheet(bytes) {
  const opens = find(bytes, QR_OPENS, 0);
  if (opens < 0) return null;
  const changed = { digest: null, image: null };
  const hole = opens + QR_OPENS.length;
  const after = hole + HOLE_BYTES;
  if (find(bytes, QR_OPENS, hole) >= 0 || after > bytes.length) return changed;
  const at = find(bytes, "/ByteRange[", after);
  const match = at < 0 ? null : RANGE.exec(text(bytes, at, at + RANGE_LENGTH));
  if (!match) return changed;
  // The first range ends before the "<" of the contents, the second begins after their ">".
  const [gap, gapEnd, rest] = match.slice(1).map(Number);
  const begins = at + RANGE_LENGTH - 1;
  const whole = gapEnd + rest === bytes.length && gap === begins && gap < gapEnd;
  if (!whole || !/^<[0-9a-f]*>$/.test(text(bytes, gap, gapEnd))) return changed;
  const bound = new Uint8Array(gap + rest);
  bound.set(bytes.subarray(0, gap));
  bound.fill(0, hole, after);
  bound.set(bytes.subarray(gapEnd), gap);
  const digest = hex((await sha256(bound)).subarray(0, DIGEST_BYTES));
  return { digest, image: drawn(bytes.subarray(hole, after)) };
}

function find(bytes, wanted, from) {
  const first = wanted.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted.charCodeAt(same)) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}

function text(bytes, from, to) {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** The bitmap as a picture: rows of 8 bytes, highest bit first, a 1 is dark. */
function drawn(bitmap) {
  const side = (MODULES + 2 * QUIET) * SCALE;
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = 0; y < MODULES * SCALE; y += 1) {
    for (let x = 0; x < MODULES * SCALE; x += 1) {
      const column = Math.floor(x / SCALE);
      const byte = bitmap[Math.floor(y / SCALE) * ROW_BYTES + (column >> 3)];
      if (!((byte >> (7 - (column & 7))) & 1)) continue;
      const pixel = 4 * ((y + QUIET * SCALE) * side + x + QUIET * SCALE);
      data.fill(0, pixel, pixel + 3);
    }
  }
  return { width: side, height: side, data };
}
