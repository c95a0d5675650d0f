/**
 * A reader's private key, locked by what only its owner has, so that a server may keep it
 * (docs/formats/envelope.md, "Locked keys"). The twin of signing/locked.py. For the pages of
 * handlers and custodians; who reports has a receipt code instead.
 */

import { argon2id } from "hash-wasm";
import { areSame, randomBytes } from "./bytes.js";
import { readCbor } from "./cbor.js";
import { writeCbor } from "./cbor-writer.js";
import { OVERHEAD_BYTES, openContent, sealContent } from "./content.js";
import { isBytes } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { KEM, openingKey, READER_ID_BYTES } from "./hpke.js";

const VERSION = 1;
const SALT_BYTES = 16;
const SEED_BYTES = 32;
const PASSKEY_SECRET_BYTES = 32;
const MEMORY_KIB = 64 * 1024;
const PASSES = 3;
const LANES = 1;
const LONGEST = 256;

/** What locks a key. */
export const WAY = { passphrase: 1, passkey: 2 };

/** What a passkey is asked about (`extensions.prf.eval.first`); its answer is the secret. */
export const PASSKEY_QUESTION = new TextEncoder().encode("segel-locked-key passkey 1");

/**
 * The key with this kind and seed, locked by a passphrase (text) or a passkey's secret (32 bytes).
 * Throws FormatError.
 */
export async function lockKey(kem, seed, way, secret) {
  const salt = randomBytes(SALT_BYTES);
  const reader = (await openingKey(kem, seed)).sealing.id;
  const locking = await lockingOf(way, secret, salt);
  const sealed = await sealContent(locking, contextOf(way, kem, reader, salt), seed);
  return writeCbor([VERSION, way, kem, reader, salt, sealed]);
}

/** The parts of a locked key: {way, kem, reader, salt, sealed}; nothing is opened. */
export function parseLocked(bytes) {
  if (bytes.length > LONGEST) throw new FormatError(`more than ${LONGEST} bytes`);
  const parts = readCbor(bytes);
  if (!Array.isArray(parts) || parts.length !== 6 || parts[0] !== VERSION) {
    throw new FormatError("not a locked key of version 1");
  }
  const [, way, kem, reader, salt, sealed] = parts;
  if (!Object.values(WAY).includes(way) || !Object.values(KEM).includes(kem)) {
    throw new FormatError("a locked key of an unknown kind");
  }
  if (
    !isBytes(reader, READER_ID_BYTES) ||
    !isBytes(salt, SALT_BYTES) ||
    !isBytes(sealed, SEED_BYTES + OVERHEAD_BYTES)
  ) {
    throw new FormatError("a part of a locked key has another length");
  }
  return { way, kem, reader, salt, sealed };
}

/** The key inside: {kem, key, sealing, seed}. Throws FormatError or CannotOpenError. */
export async function unlockKey(bytes, secret) {
  const { way, kem, reader, salt, sealed } = parseLocked(bytes);
  const locking = await lockingOf(way, secret, salt);
  const seed = await openContent(locking, contextOf(way, kem, reader, salt), sealed);
  const key = await openingKey(kem, seed);
  if (!areSame(key.sealing.id, reader)) {
    throw new CannotOpenError("the key inside has another name");
  }
  return { ...key, seed };
}

async function lockingOf(way, secret, salt) {
  if (way === WAY.passphrase && typeof secret === "string") {
    return argon2id({
      // As two keyboards may spell one letter in two ways.
      password: secret.normalize("NFKC"),
      salt,
      parallelism: LANES,
      iterations: PASSES,
      memorySize: MEMORY_KIB,
      hashLength: SEED_BYTES,
      outputType: "binary",
    });
  }
  if (way === WAY.passkey && isBytes(secret, PASSKEY_SECRET_BYTES)) return secret;
  throw new FormatError("a secret of another kind");
}

function contextOf(way, kem, reader, salt) {
  return writeCbor(["segel-locked-key", VERSION, way, kem, reader, salt]);
}
