/**
 * The pack, sealed: it opens with the officer's PIN on this phone, and nowhere else.
 *
 * Two locks, one in the other: a key that is derived from the PIN (PBKDF2), and a key of the phone
 * that no script can read out. Whoever copies the storage has neither; whoever holds the phone has
 * five tries (courier-store.js counts them). The PIN never leaves the phone.
 */

const ROUNDS = 600_000;
const NONCE = 12;

/** The key that follows from `pin`; `salt` is new for every pack. */
export async function keyOfPin(pin, salt, rounds = ROUNDS) {
  const material = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  const kind = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(derivation, material, kind, false, ["encrypt", "decrypt"]);
}

/** `bytes` behind both locks. */
export async function sealed(phoneKey, pinKey, bytes) {
  return locked(phoneKey, await locked(pinKey, bytes));
}

/** What is behind both locks, or null where the PIN is another one. */
export async function opened(phoneKey, pinKey, bytes) {
  try {
    return await unlocked(pinKey, await unlocked(phoneKey, bytes));
  } catch (problem) {
    if (problem instanceof DOMException) return null;
    throw problem;
  }
}

/** The slow hash by which a code, or the end of a NIK, is compared without being known here. */
export async function slowHash(purpose, digits, salt, rounds) {
  const given = utf8(`${purpose}:${digits}`);
  const material = await crypto.subtle.importKey("raw", given, "PBKDF2", false, ["deriveBits"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
}

async function locked(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const inside = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes));
  return Uint8Array.from([...iv, ...inside]);
}

async function unlocked(key, bytes) {
  const iv = bytes.subarray(0, NONCE);
  const given = { name: "AES-GCM", iv };
  return new Uint8Array(await crypto.subtle.decrypt(given, key, bytes.subarray(NONCE)));
}

function utf8(text) {
  return new TextEncoder().encode(text);
}
