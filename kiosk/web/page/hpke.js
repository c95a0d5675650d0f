/**
 * Something small, sealed for the one who holds a private key: HPKE (RFC 9180), base mode, with
 * X25519 or X-Wing (docs/formats/envelope.md, "Keys"). The twin of signing/hpke.py.
 */

import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { XWing } from "@hpke/hybridkem-x-wing";
import { joined, randomBytes } from "./bytes.js";
import { sha256 } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";

/** How a key is agreed upon. */
export const KEM = { x25519: 1, xWing: 2 };
export const READER_ID_BYTES = 16;
const PUBLIC_BYTES = { [KEM.x25519]: 32, [KEM.xWing]: 1216 };
const ENCAPSULATED_BYTES = { [KEM.x25519]: 32, [KEM.xWing]: 1120 };
const TAG_BYTES = 16;
const SEED_BYTES = 32;

const suites = {
  [KEM.x25519]: suiteOf(new DhkemX25519HkdfSha256()),
  [KEM.xWing]: suiteOf(new XWing()),
};

function suiteOf(kem) {
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });
}

/** The suite of the library underneath, for keys of this kind: tests hold it to RFC 9180. */
export function suiteOfKind(kem) {
  return suites[kem];
}

/** How much longer than its plain text a sealed text is. */
export function extraBytes(kem) {
  return ENCAPSULATED_BYTES[kem] + TAG_BYTES;
}

/** The sixteen bytes by which a reader's key is named. */
export async function readerIdOf(kem, bytes) {
  return (await sha256(joined([Uint8Array.of(kem), bytes]))).subarray(0, READER_ID_BYTES);
}

/** A reader's public key: {kem, bytes, id}. Throws FormatError. */
export async function sealingKey(kem, bytes) {
  if (bytes.length !== PUBLIC_BYTES[kem]) throw new FormatError("not a reader's public key");
  return { kem, bytes, id: await readerIdOf(kem, bytes) };
}

/** A reader's private key from its seed of 32 bytes, with its public half: {kem, key, sealing}. */
export async function openingKey(kem, seed) {
  if (seed.length !== SEED_BYTES) throw new FormatError("a reader's private key has 32 bytes");
  const library = suites[kem].kem;
  const pair = await (kem === KEM.xWing
    ? library.generateKeyPairDerand(seed)
    : library.deriveKeyPair(seed));
  const bytes = new Uint8Array(await library.serializePublicKey(pair.publicKey));
  return { kem, key: pair.privateKey, sealing: await sealingKey(kem, bytes) };
}

/** A fresh seed for `openingKey`. */
export function newSeed() {
  return randomBytes(SEED_BYTES);
}

/** `plain`, for this reader and this context alone; different every time. */
export async function sealTo(reader, plain, context) {
  const suite = suites[reader.kem];
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(reader.bytes);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: context }, plain);
    return joined([new Uint8Array(enc), new Uint8Array(ct)]);
  } catch (problem) {
    throw new FormatError("not a key that agrees on a secret", { cause: problem });
  }
}

/** What was sealed for `key` and this context. Throws CannotOpenError. */
export async function openWith(key, sealed, context) {
  const split = ENCAPSULATED_BYTES[key.kem];
  try {
    const plain = await suites[key.kem].open(
      { recipientKey: key.key, enc: sealed.slice(0, split), info: context },
      sealed.slice(split),
    );
    return new Uint8Array(plain);
  } catch (problem) {
    throw new CannotOpenError("sealed for another reader or place, or altered", { cause: problem });
  }
}
