/** Sizes that say little: texts in four buckets, files by Padmé. The twin of signing/padding.py. */

import { bigEndian, numberOfBytes } from "./bytes.js";
import { FormatError } from "./errors.js";

const KIB = 1024;
export const BUCKETS = [2 * KIB, 8 * KIB, 32 * KIB, 128 * KIB];
const TEXT_LENGTH_BYTES = 4;
export const LONGEST_TEXT = BUCKETS[BUCKETS.length - 1] - TEXT_LENGTH_BYTES;
const SHORTEST_FILE = KIB;

/** `plain` behind its length, filled with zeros up to `size` bytes. Throws FormatError. */
export function pad(plain, size) {
  if (plain.length + TEXT_LENGTH_BYTES > size) {
    throw new FormatError(`more than ${size - TEXT_LENGTH_BYTES} bytes`);
  }
  const padded = new Uint8Array(size);
  padded.set(bigEndian(plain.length, TEXT_LENGTH_BYTES));
  padded.set(plain, TEXT_LENGTH_BYTES);
  return padded;
}

/** `plain`, filled up to the smallest bucket that holds it. Throws FormatError. */
export function padText(plain) {
  const whole = plain.length + TEXT_LENGTH_BYTES;
  return pad(plain, BUCKETS.find((size) => whole <= size) ?? BUCKETS[BUCKETS.length - 1]);
}

/** What was filled up. Throws FormatError. */
export function unpad(padded) {
  const end = TEXT_LENGTH_BYTES + numberOfBytes(padded.subarray(0, TEXT_LENGTH_BYTES));
  if (padded.length < TEXT_LENGTH_BYTES || end > padded.length || !isZero(padded.subarray(end))) {
    throw new FormatError("not filled up as we do it");
  }
  return padded.slice(TEXT_LENGTH_BYTES, end);
}

/** Whether there is nothing but zeros. */
export function isZero(bytes) {
  return bytes.every((byte) => byte === 0);
}

/** The length to which a file of `length` bytes is filled up. */
export function paddedFileLength(length) {
  if (length <= SHORTEST_FILE) return SHORTEST_FILE;
  const exponent = 31 - Math.clz32(length);
  const step = 2 ** (exponent - (32 - Math.clz32(exponent)));
  return Math.ceil(length / step) * step;
}
