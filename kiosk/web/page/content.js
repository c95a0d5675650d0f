/**
 * Content under a key of its own: derived, committed to, used once. The twin of signing/content.py.
 *
 *     salt 32 ‖ commitment 32 ‖ AES-256-GCM
 */

import { areSame, bigEndian, joined, randomBytes } from "./bytes.js";
import { CannotOpenError, FormatError } from "./errors.js";

const KEY_BYTES = 32;
const SALT_BYTES = 32;
const COMMITMENT_BYTES = 32;
export const TAG_BYTES = 16;
export const HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES;
export const OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

/** The key of one content, with the header that stands before it. */
export class ContentKey {
  constructor(header, cipher) {
    this.header = header;
    this.cipher = cipher;
  }

  /** A fresh one, from `key` for `context`. */
  static create(key, context) {
    return ContentKey.derived(key, randomBytes(SALT_BYTES), context);
  }

  /** The one to which `header` belongs. Throws FormatError or CannotOpenError. */
  static async of(header, key, context) {
    if (header.length !== HEADER_BYTES) throw new FormatError("not the header of a content");
    const found = await ContentKey.derived(key, header.subarray(0, SALT_BYTES), context);
    if (!areSame(found.header, header)) {
      throw new CannotOpenError("sealed with another key or for another place, or altered");
    }
    return found;
  }

  static async derived(key, salt, context) {
    const algorithm = { name: "HKDF", hash: "SHA-256", salt, info: context };
    const from = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
    const bits = 8 * (KEY_BYTES + COMMITMENT_BYTES);
    const both = new Uint8Array(await crypto.subtle.deriveBits(algorithm, from, bits));
    const uses = ["encrypt", "decrypt"];
    const secret = both.subarray(0, KEY_BYTES);
    const cipher = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, uses);
    return new ContentKey(joined([salt, both.subarray(KEY_BYTES)]), cipher);
  }

  /** The chunk with this number. */
  async seal(index, plain, last) {
    const algorithm = { name: "AES-GCM", iv: nonce(index, last) };
    return new Uint8Array(await crypto.subtle.encrypt(algorithm, this.cipher, plain));
  }

  /** What is in the chunk with this number. Throws CannotOpenError. */
  async open(index, sealed, last) {
    const algorithm = { name: "AES-GCM", iv: nonce(index, last) };
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.cipher, sealed));
    } catch (problem) {
      throw new CannotOpenError("altered, or out of its order", { cause: problem });
    }
  }
}

function nonce(index, last) {
  return joined([new Uint8Array(7), bigEndian(index, 4), Uint8Array.of(last ? 1 : 0)]);
}

/** `plain` in one piece; different every time. */
export async function sealContent(key, context, plain) {
  const content = await ContentKey.create(key, context);
  return joined([content.header, await content.seal(0, plain, true)]);
}

/** What was sealed with this key for this context. Throws FormatError or CannotOpenError. */
export async function openContent(key, context, sealed) {
  const content = await ContentKey.of(sealed.subarray(0, HEADER_BYTES), key, context);
  return content.open(0, sealed.subarray(HEADER_BYTES), true);
}
