/**
 * COSE_Sign1 with ES256 in the one spelling we allow (docs/formats/token.md, "Message").
 * The twin of signing/cose.py and signing/keys.py. The algorithm is fixed here and never taken
 * from the message.
 */

import { readCbor, Tagged } from "./cbor.js";
import { FormatError, SignatureError } from "./errors.js";

const SIGN1 = 18;
const ES256 = -7;
const ALGORITHM = 1;
const KEY_ID = 4;
const TYPE = 16;
const KEY_ID_BYTES = 4;
const POINT_BYTES = 65;
const SIGNATURE_BYTES = 64;
// (n - 1) / 2 of P-256, big-endian.
const HALF_ORDER = "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** The small letters of `bytes` in hexadecimal. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes that `text` spells in hexadecimal. */
export function unhex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** The SHA-256 of `bytes`. */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** The id, in hexadecimal, by which the key with this uncompressed point is named. */
export async function keyIdOf(point) {
  return hex((await sha256(point)).subarray(0, KEY_ID_BYTES));
}

/** The parts of a signed message of at most `longest` bytes; nothing is believed. */
export function parseSign1(bytes, longest) {
  if (bytes.length > longest) throw new FormatError(`more than ${longest} bytes`);
  const message = readCbor(bytes);
  if (!(message instanceof Tagged) || message.tag !== SIGN1 || !Array.isArray(message.value)) {
    throw new FormatError("not a COSE_Sign1 message");
  }
  const [header, unprotected, payload, signature] = message.value;
  if (
    message.value.length !== 4 ||
    !isBytes(header) ||
    !(unprotected instanceof Map && unprotected.size === 0) ||
    !isBytes(payload) ||
    !isBytes(signature, SIGNATURE_BYTES)
  ) {
    throw new FormatError("a part of the COSE_Sign1 message has another kind");
  }
  const [keyId, type] = headerParts(readCbor(header));
  const claims = readCbor(payload);
  if (!(claims instanceof Map)) throw new FormatError("the claims are not a map");
  return { keyId, type, claims, signed: toBeSigned(header, payload), signature };
}

function headerParts(header) {
  const keys = header instanceof Map ? [...header.keys()].join() : "";
  const typed = keys === [ALGORITHM, KEY_ID, TYPE].join();
  if (!typed && keys !== [ALGORITHM, KEY_ID].join()) {
    throw new FormatError("the header has other entries");
  }
  const keyId = header.get(KEY_ID);
  if (header.get(ALGORITHM) !== ES256 || !isBytes(keyId, KEY_ID_BYTES)) {
    throw new FormatError("the header names another algorithm or no key");
  }
  if (typed && typeof header.get(TYPE) !== "string") {
    throw new FormatError("the type is not a text");
  }
  return [hex(keyId), typed ? header.get(TYPE) : null];
}

/** Whether `value` is a byte string, of `length` bytes where that is given. */
export function isBytes(value, length = undefined) {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

/** The CBOR of ["Signature1", header, h'', payload]. */
export function toBeSigned(header, payload) {
  const context = new TextEncoder().encode("Signature1");
  const parts = [[0x84, 0x60 + context.length], context, head(header), header, [0x40], head(payload)];
  const bytes = [...parts, payload];
  const joined = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The CBOR head of a byte string, in its one spelling. */
function head({ length }) {
  if (length < 24) return [0x40 + length];
  if (length < 0x100) return [0x58, length];
  if (length < 0x10000) return [0x59, length >> 8, length & 255];
  return [0x5a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
}

/** The claims of `message`, once they are known to be signed by the key with this point. */
export async function verifySign1(message, point) {
  // Of the two valid s only the lower counts: a signature has one spelling.
  if (hex(message.signature.subarray(32)) > HALF_ORDER) {
    throw new SignatureError("the higher of two possible signatures");
  }
  if (point.length !== POINT_BYTES) throw new FormatError("a public key is written uncompressed");
  let holds;
  try {
    const key = await crypto.subtle.importKey("raw", point, CURVE, false, ["verify"]);
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    holds = await crypto.subtle.verify(algorithm, key, message.signature, message.signed);
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
    throw new FormatError("not a point on P-256");
  }
  if (!holds) throw new SignatureError("the signature is not this key's");
  return message.claims;
}
