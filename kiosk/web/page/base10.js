/**
 * Bytes as decimal digits, seven bytes to seventeen digits (docs/formats/token.md, "base10").
 * The twin of signing/base10.py.
 */

import { FormatError } from "./errors.js";

const GROUP_BYTES = 7;
const GROUP_DIGITS = 17;
// How many digits hold a rest of 0…6 bytes.
const REST_DIGITS = [0, 3, 5, 8, 10, 13, 15];

/** The bytes that `digits` spell. Throws FormatError for anything no bytes are written as. */
export function decodeDigits(digits) {
  if (!/^[0-9]*$/.test(digits)) throw new FormatError("not decimal digits");
  const groups = Math.floor(digits.length / GROUP_DIGITS);
  const rest = REST_DIGITS.indexOf(digits.length % GROUP_DIGITS);
  if (rest < 0) throw new FormatError("no bytes have this many digits");
  const bytes = new Uint8Array(groups * GROUP_BYTES + rest);
  for (let group = 0; group < groups; group++) {
    const from = group * GROUP_DIGITS;
    write(bytes, group * GROUP_BYTES, GROUP_BYTES, digits.slice(from, from + GROUP_DIGITS));
  }
  if (rest) write(bytes, groups * GROUP_BYTES, rest, digits.slice(groups * GROUP_DIGITS));
  return bytes;
}

function write(bytes, at, length, digits) {
  let number = BigInt(digits);
  for (let index = 0; index < length; index++) {
    bytes[at + index] = Number(number & 255n);
    number >>= 8n;
  }
  if (number) throw new FormatError("a group of digits is larger than its bytes");
}
