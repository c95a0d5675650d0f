/** Bytes, put together and compared. */

/** All `parts`, one after the other. */
export function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Whether both are the same bytes; it takes as long for any two of one length. */
export function areSame(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index++) difference |= one[index] ^ other[index];
  return difference === 0;
}

/** `number` in `length` bytes, big-endian. */
export function bigEndian(number, length) {
  const bytes = new Uint8Array(length);
  for (let at = length, left = number; at > 0; at--, left = Math.floor(left / 256)) bytes[at - 1] = left % 256;
  return bytes;
}

/** The number that these bytes are, big-endian. */
export function numberOfBytes(bytes) {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** `length` bytes that nobody can guess. */
export function randomBytes(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** HMAC-SHA256 of `bytes`. */
export async function hmac(key, bytes) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
}
