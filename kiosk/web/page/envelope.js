/**
 * Sealed reports: written in a browser, kept by a server that cannot read them, opened by few
 * (docs/formats/envelope.md). With sealed-file.js the twin of signing/envelope.py.
 */

import { areSame, hmac, joined, randomBytes } from "./bytes.js";
import { readCbor } from "./cbor.js";
import { writeCbor } from "./cbor-writer.js";
import { OVERHEAD_BYTES, openContent, sealContent } from "./content.js";
import { hex, isBytes, sha256 } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { extraBytes, KEM, openWith, READER_ID_BYTES, sealTo } from "./hpke.js";
import { BUCKETS, padText, unpad } from "./padding.js";
import { parseIdentity } from "./quorum.js";

const VERSION = 1;
const CASE_BYTES = 16;
const KEY_BYTES = 32;
const DIGEST_BYTES = 32;
export const MOST_READERS = 64;
const LATEST_EPOCH = 2 ** 32;
const LONGEST_WRAP = 2048;
const LONGEST_SUBMISSION = 2 ** 20;
const utf8 = new TextEncoder();

/** Who speaks to whom. Each direction counts its messages for itself. */
export const DIRECTION = { toOffice: 1, toReporter: 2, note: 3 };

/** What a key of a case is for. Notes are never wrapped for the reporter. */
export const PURPOSE = { case: 1, notes: 2 };

/** The random id of a new case. */
export function newCase() {
  return randomBytes(CASE_BYTES);
}

/** A key for `caseId`: {caseId, epoch, purpose, secret}; a fresh one unless `secret` is given. */
export function caseKey(caseId, { epoch = 0, purpose = PURPOSE.case, secret = undefined } = {}) {
  return { caseId, epoch, purpose, secret: secret ?? randomBytes(KEY_BYTES) };
}

/** What tells this key from every other, and nothing about it. */
export function markOf(key) {
  const place = ["segel-key-mark", VERSION, key.caseId, key.purpose, key.epoch];
  return hmac(key.secret, writeCbor(place));
}

/** `key`, wrapped for `reader`. */
export async function wrapKey(key, reader) {
  const context = wrapContext(key.caseId, key.purpose, key.epoch, reader.id);
  const sealed = await sealTo(reader, key.secret, context);
  return writeCbor([VERSION, key.purpose, key.epoch, reader.kem, reader.id, sealed]);
}

/** The parts of a wrap: {purpose, epoch, kem, reader, sealed}; nothing is opened. */
export function parseWrap(bytes) {
  if (bytes.length > LONGEST_WRAP) throw new FormatError(`more than ${LONGEST_WRAP} bytes`);
  const [, purpose, epoch, kem, reader, sealed] = list(readCbor(bytes), 6, "a wrap");
  if (!Object.values(PURPOSE).includes(purpose) || !Object.values(KEM).includes(kem)) {
    throw new FormatError("a wrap of an unknown kind");
  }
  whole(epoch, LATEST_EPOCH);
  if (!isBytes(reader, READER_ID_BYTES) || !isBytes(sealed, KEY_BYTES + extraBytes(kem))) {
    throw new FormatError("a part of a wrap has another length");
  }
  return { purpose, epoch, kem, reader, sealed };
}

/**
 * The key that was wrapped for `reader`. A wrap does not say who made it: the reporter asks
 * `isOwnKey`, and of a later epoch everybody compares `markOf` with what was announced.
 * Throws FormatError or CannotOpenError.
 */
export async function unwrapKey(bytes, caseId, reader) {
  const wrap = parseWrap(bytes);
  if (!areSame(wrap.reader, reader.sealing.id)) {
    throw new CannotOpenError("wrapped for another reader");
  }
  const context = wrapContext(caseId, wrap.purpose, wrap.epoch, wrap.reader);
  const secret = await openWith(reader, wrap.sealed, context);
  return caseKey(caseId, { epoch: wrap.epoch, purpose: wrap.purpose, secret });
}

/** What only the reporter can make: a server that slips them a key of its own lacks it. */
export async function ownProof(ownSecret, key) {
  return hmac(ownSecret, joined([utf8.encode("segel-own-proof"), await markOf(key)]));
}

/** Whether the reporter made `key` themselves. */
export async function isOwnKey(ownSecret, key, proof) {
  return areSame(await ownProof(ownSecret, key), proof);
}

/**
 * `plain` at its place in the case, {direction, sequence, previous}; its length says the bucket and
 * nothing else. Throws FormatError.
 */
export async function sealMessage(key, place, plain) {
  const content = await sealContent(key.secret, messageContext(key, place), padText(plain));
  return joined([Uint8Array.of(VERSION), content]);
}

/** What the message at `place` says. Throws FormatError or CannotOpenError. */
export async function openMessage(key, place, bytes) {
  bucketOf(bytes);
  return unpad(await openContent(key.secret, messageContext(key, place), bytes.subarray(1)));
}

/** The bucket of a sealed message. Throws FormatError. */
export function bucketOf(bytes) {
  const bucket = bytes.length - OVERHEAD_BYTES - 1;
  if (bytes[0] !== VERSION || !BUCKETS.includes(bucket)) throw new FormatError("not a sealed message");
  return bucket;
}

/** The digest of a message or an identity envelope, for the place of the next. */
export const digestOf = sha256;

/** A new report as it travels: {caseId, wraps, own, proof, identity, message}, all sealed. */
export async function encodeSubmission({ caseId, wraps, own, proof, identity, message }) {
  const bytes = writeCbor([VERSION, caseId, wraps, own, proof, identity, message]);
  await parseSubmission(bytes);
  return bytes;
}

/** The parts of a new report, each of the shape it must have. Throws FormatError. */
export async function parseSubmission(bytes) {
  if (bytes.length > LONGEST_SUBMISSION) {
    throw new FormatError(`more than ${LONGEST_SUBMISSION} bytes`);
  }
  const parts = list(readCbor(bytes), 7, "a new report");
  const [, caseId, wraps, own, proof, identity, message] = parts;
  if (!Array.isArray(wraps) || wraps.length < 1 || wraps.length > MOST_READERS) {
    throw new FormatError("nobody could read it, or too many");
  }
  if (![...wraps, own, identity, message].every((part) => isBytes(part))) {
    throw new FormatError("a part of a new report has another kind");
  }
  if (!isBytes(caseId, CASE_BYTES) || !isBytes(proof, DIGEST_BYTES)) {
    throw new FormatError("a part of a new report has another length");
  }
  requireFirstWraps([...wraps, own]);
  await parseIdentity(identity);
  bucketOf(message);
  return { caseId, wraps, own, proof, identity, message };
}

function requireFirstWraps(wraps) {
  const found = wraps.map(parseWrap);
  if (found.some((wrap) => wrap.purpose !== PURPOSE.case || wrap.epoch !== 0)) {
    throw new FormatError("a new report has the first key of its case alone");
  }
  if (new Set(found.map((wrap) => hex(wrap.reader))).size !== found.length) {
    throw new FormatError("a reader has two wraps");
  }
}

function wrapContext(caseId, purpose, epoch, reader) {
  return writeCbor(["segel-case-key", VERSION, caseId, purpose, epoch, reader]);
}

function messageContext(key, { direction, sequence, previous }) {
  if ((key.purpose === PURPOSE.notes) !== (direction === DIRECTION.note)) {
    throw new FormatError("notes, and nothing else, have a key of their own");
  }
  whole(sequence, LATEST_EPOCH);
  if (!isBytes(previous, DIGEST_BYTES)) throw new FormatError("no digest of the message before");
  return writeCbor(["segel-message", VERSION, key.caseId, key.epoch, direction, sequence, previous]);
}

function list(value, length, what) {
  if (!Array.isArray(value) || value.length !== length || value[0] !== VERSION) {
    throw new FormatError(`not ${what} of version 1`);
  }
  return value;
}

function whole(value, below) {
  if (!Number.isInteger(value) || value < 0 || value >= below) {
    throw new FormatError(`not a whole number below ${below}`);
  }
}
