/**
 * A writer of deterministic CBOR (RFC 8949, 4.2.1), for what cbor.js reads: whole numbers, byte
 * strings, text, arrays, maps (already in order), tags.
 */

import { Tagged } from "./cbor.js";

/** The bytes of `value`. */
export function writeCbor(value) {
  const parts = [];
  write(value, parts);
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function write(value, parts) {
  if (Number.isSafeInteger(value)) {
    parts.push(value < 0 ? head(1, -1 - value) : head(0, value));
  } else if (value instanceof Uint8Array) {
    parts.push(head(2, value.length), value);
  } else if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    parts.push(head(3, bytes.length), bytes);
  } else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const one of value) write(one, parts);
  } else if (value instanceof Map) {
    parts.push(head(5, value.size));
    for (const [key, one] of value) {
      write(key, parts);
      write(one, parts);
    }
  } else if (value instanceof Tagged) {
    parts.push(head(6, value.tag));
    write(value.value, parts);
  } else {
    throw new TypeError("nothing that these formats hold");
  }
}

function head(kind, size) {
  const first = kind << 5;
  if (size < 24) return Uint8Array.of(first + size);
  const length = size < 0x100 ? 1 : size < 0x10000 ? 2 : size < 2 ** 32 ? 4 : 8;
  const bytes = new Uint8Array(1 + length);
  bytes[0] = first + 24 + Math.log2(length);
  for (let at = length, left = size; at > 0; at--, left = Math.floor(left / 256)) bytes[at] = left % 256;
  return bytes;
}
