/**
 * The receipt code of a sealed report, made, spelled and read where its writer is
 * (docs/formats/receipt.md). The twin of signing/receipt.py.
 *
 * A code is a BigInt: its 77 secret bits. The list of words is handed in, as `listOf` makes it from
 * signing/words.txt.
 */

import { argon2id } from "hash-wasm";
import { FormatError } from "./errors.js";

const WORDS = 8;
const WORD_BITS = 11n;
const BEGINNING = 4;
const CHARACTERS = 18;
const CHARACTER_BITS = 5n;
const PADDING_BITS = 2n;
// Crockford's: no I, L, O, U; who writes one of the first three means 1, 1, 0.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MEANT = { I: "1", L: "1", O: "0" };
const PARTING = /[ \t\n\r\u00a0\-\u2010\u2011\u2013\u2014.,;:_/+]+/;
const SECRET_BYTES = 10;
const SECRET_BITS = 77;
// In GF(2^11): x^11 + x^2 + 1; and what the check begins with.
const FIELD = 0b100000000101n;
const START = 0b10110100110n;
const SALT_BYTES = 16;
const MEMORY_KIB = 19 * 1024;
const PASSES = 2;
const KEY_BYTES = 32;
const NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const NUMBER_SIGNS = 6;

/** What is wrong with a code that somebody typed. */
export const MISTAKE = { length: "length", word: "word", character: "character", check: "check" };

/** A text that is no receipt code; `place` counts words or characters from 1, 0 where none is to blame. */
export class ReceiptError extends FormatError {
  constructor(mistake, place = 0, typed = "") {
    super(`not a receipt code: ${mistake}`);
    this.mistake = mistake;
    this.place = place;
    this.typed = typed;
  }
}

/** The list of words in the text of signing/words.txt. */
export function listOf(text) {
  const words = text.trim().split(/\s+/);
  return { words, places: new Map(words.map((word, place) => [word.slice(0, BEGINNING), place])) };
}

/** A fresh code. */
export function newReceipt() {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return BigInt.asUintN(SECRET_BITS, joined(Array.from(bytes, BigInt), 8n));
}

/** The spelling for speaking: eight words. */
export function wordsOf(secret, list) {
  return parts(bitsOf(secret), WORDS, WORD_BITS).map((part) => list.words[Number(part)]);
}

/** The spelling for writing, in groups of four. */
export function charactersOf(secret) {
  const signs = parts(bitsOf(secret) << PADDING_BITS, CHARACTERS, CHARACTER_BITS)
    .map((part) => ALPHABET[Number(part)])
    .join("");
  return signs.match(/.{1,4}/g).join("-");
}

/** The words that begin so, for whoever is typing one; four letters leave at most one. */
export function wordsBeginning(typed, list) {
  const beginning = small(typed);
  return list.words.filter((word) => word.startsWith(beginning));
}

/**
 * The code that somebody typed, in either spelling, in capitals or not, spaced anyhow; of each word
 * four letters are enough. Throws ReceiptError.
 */
export function parseReceipt(text, list) {
  const typed = text.split(PARTING).filter(Boolean);
  const together = Array.from(typed.join(""));
  let bits;
  if (together.length === CHARACTERS) {
    bits = bitsOfCharacters(together);
  } else if (typed.length === WORDS) {
    bits = joined(
      typed.map((word, at) => placeOf(at + 1, word, list)),
      WORD_BITS,
    );
  } else {
    throw new ReceiptError(MISTAKE.length);
  }
  const secret = bits >> WORD_BITS;
  if (bitsOf(secret) !== bits) throw new ReceiptError(MISTAKE.check);
  return secret;
}

/**
 * What a code opens at the installation with this salt: `proof` is shown to the server, `seed`
 * makes the writer's key. Slow on purpose. Throws FormatError.
 */
export async function deriveKeys(secret, salt) {
  if (salt.length !== SALT_BYTES) throw new FormatError("a salt has 16 bytes");
  const slow = await argon2id({
    password: Uint8Array.from(parts(bitsOf(secret), 11, 8n), Number),
    salt,
    parallelism: 1,
    iterations: PASSES,
    memorySize: MEMORY_KIB,
    hashLength: KEY_BYTES,
    outputType: "binary",
  });
  const key = await crypto.subtle.importKey("raw", slow, "HKDF", false, ["deriveBits"]);
  const derived = async (purpose) => {
    const info = new TextEncoder().encode(`segel receipt: ${purpose}`);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * KEY_BYTES));
  };
  return { proof: await derived("proof"), seed: await derived("seed") };
}

/** What the server keeps of a proof. */
export async function proofDigest(proof) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", proof));
}

/** The case number that somebody typed, in capitals. Throws ReceiptError. */
export function parseCaseNumber(text) {
  const number = Array.from(text.split(PARTING).join(""), capital);
  if (number.length !== NUMBER_SIGNS) throw new ReceiptError(MISTAKE.length);
  const signs = number.map((sign, at) => {
    const place = NUMBER_LETTERS.indexOf(sign);
    if (place < 0) throw new ReceiptError(MISTAKE.character, at + 1, sign);
    return place;
  });
  // Weights as in signing/receipt.py; the last one is the check itself.
  const total = signs.reduce((sum, sign, at) => sum + sign * (at < 5 ? at + 2 : 1), 0);
  if (total % NUMBER_LETTERS.length) throw new ReceiptError(MISTAKE.check);
  return number.join("");
}

function bitsOfCharacters(typed) {
  const places = typed.map((sign, at) => {
    const place = ALPHABET.indexOf(MEANT[capital(sign)] ?? capital(sign));
    if (place < 0) throw new ReceiptError(MISTAKE.character, at + 1, sign);
    return BigInt(place);
  });
  const bits = joined(places, CHARACTER_BITS);
  if (BigInt.asUintN(Number(PADDING_BITS), bits)) throw new ReceiptError(MISTAKE.check);
  return bits >> PADDING_BITS;
}

function placeOf(number, typed, list) {
  const word = small(typed);
  const place = list.places.get(word.slice(0, BEGINNING));
  if (place === undefined || !list.words[place].startsWith(word)) {
    throw new ReceiptError(MISTAKE.word, number, typed);
  }
  return BigInt(place);
}

/** Secret and check: 88 bits. */
function bitsOf(secret) {
  const check = parts(secret, WORDS - 1, WORD_BITS).reduce((sum, part) => doubled(sum ^ part), START);
  return (secret << WORD_BITS) | check;
}

function doubled(part) {
  const twice = part << 1n;
  return twice >> WORD_BITS ? twice ^ FIELD : twice;
}

function parts(bits, count, width) {
  return Array.from({ length: count }, (_, at) =>
    BigInt.asUintN(Number(width), bits >> (BigInt(count - 1 - at) * width)),
  );
}

function joined(all, width) {
  return all.reduce((bits, part) => (bits << width) | part, 0n);
}

function small(text) {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function capital(text) {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
