/**
 * A reader of deterministic CBOR (RFC 8949, 4.2.1): every value has one spelling, others are
 * refused. It knows whole numbers, byte strings, text, arrays, maps and tags, which is all that our
 * formats hold; floats, `true` and the like are refused, too.
 */

import { FormatError } from "./errors.js";

const DEEPEST = 12;
const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A value under a tag. */
export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

/** The value of `bytes`: numbers, Uint8Array, strings, arrays, Map, Tagged. */
export function readCbor(bytes) {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new FormatError("bytes after the end");
  return value;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  value(depth) {
    if (depth > DEEPEST) throw new FormatError("nested too deeply");
    const [kind, size] = this.head();
    switch (kind) {
      case UNSIGNED:
        return size;
      case NEGATIVE:
        return -1 - size;
      case BYTES:
        return this.take(size);
      case TEXT:
        return this.text(size);
      case ARRAY:
        return this.array(size, depth);
      case MAP:
        return this.map(size, depth);
      case TAG:
        return new Tagged(size, this.value(depth + 1));
      default:
        throw new FormatError("a float or a simple value");
    }
  }

  head() {
    const first = this.take(1)[0];
    const kind = first >> 5;
    const low = first & 31;
    if (low < 24) return [kind, low];
    if (low > 27) throw new FormatError("an indefinite length");
    const extra = this.take(1 << (low - 24));
    let size = 0;
    for (const byte of extra) size = size * 256 + byte;
    if (!Number.isSafeInteger(size)) throw new FormatError("a number too large");
    const least = [24, 256, 65536, 2 ** 32][low - 24];
    if (size < least) throw new FormatError("a number in a longer spelling than needed");
    return [kind, size];
  }

  take(length) {
    if (length > this.bytes.length - this.at) throw new FormatError("the end is missing");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(length) {
    try {
      return utf8.decode(this.take(length));
    } catch (problem) {
      if (problem instanceof FormatError) throw problem;
      throw new FormatError("not UTF-8");
    }
  }

  array(length, depth) {
    const items = [];
    for (let index = 0; index < length; index++) items.push(this.value(depth + 1));
    return items;
  }

  map(length, depth) {
    const entries = new Map();
    let before = null;
    for (let index = 0; index < length; index++) {
      const from = this.at;
      const key = this.value(depth + 1);
      const spelling = this.bytes.subarray(from, this.at);
      if (before && !precedes(before, spelling)) throw new FormatError("keys out of order");
      before = spelling;
      entries.set(key, this.value(depth + 1));
    }
    return entries;
  }
}

/** Whether `one` stands strictly before `other` in the order of map keys. */
function precedes(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let index = 0; index < shorter; index++) {
    if (one[index] !== other[index]) return one[index] < other[index];
  }
  return one.length < other.length;
}
