/**
 * What travels when an identity is asked for (docs/formats/envelope.md, "Opening an identity"): a
 * one-time key, why it is asked for, sealed for each custodian, and six words by which a custodian
 * hears from whoever asks that the server has put in nothing of its own. The twin of
 * signing/opening.py.
 */

import { areSame, joined, numberOfBytes } from "./bytes.js";
import { writeCbor } from "./cbor-writer.js";
import { sha256 } from "./cose.js";
import { ROLE } from "./directory.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { KEM, newSeed, openingKey, openWith, sealingKey, sealTo } from "./hpke.js";
import { pad, unpad } from "./padding.js";
import { SIDE } from "./quorum.js";

const VERSION = 1;
const WORDS = 6;
const BEGINNING = 4;
const SEED_BYTES = 32;
const REASON_BUCKET = 4096;
/** What may be said in all, in bytes. */
export const LONGEST_REASON = REASON_BUCKET - 4;
const SAID = ["number", "purpose", "basis", "audience"];
const utf8 = { in: new TextDecoder("utf-8", { fatal: true }), out: new TextEncoder() };

/**
 * What asks for an identity: {key, kept, reasons, digest}. `reason` is {number, unit, purpose, basis,
 * audience}, `custodians` are their keys, `own` is the asker's.
 */
export async function newWish(caseId, reason, custodians, own) {
  const seed = newSeed();
  const { sealing } = await openingKey(KEM.xWing, seed);
  const plain = utf8.out.encode(JSON.stringify({ v: VERSION, ...reason }));
  const padded = pad(plain, REASON_BUCKET);
  const seal = async (key) => [key.id, await sealTo(key, padded, reasonContext(caseId, key.id, sealing.id))];
  const digest = await sha256(plain);
  return {
    key: joined([Uint8Array.of(sealing.kem), sealing.bytes]),
    kept: await sealTo(own, joined([seed, digest]), keptContext(caseId, own.id)),
    reasons: await Promise.all(custodians.map(seal)),
    digest,
  };
}

/** The one-time key, from the bytes in which it travels. Throws FormatError. */
export async function oneTimeKey(bytes) {
  if (!Object.values(KEM).includes(bytes[0])) throw new FormatError("a key of an unknown kind");
  return sealingKey(bytes[0], bytes.subarray(1));
}

/** What whoever asked kept: {key, digest}, the one-time private key and the reason's digest. */
export async function openKept(caseId, kept, own) {
  const plain = await openWith(own, kept, keptContext(caseId, own.sealing.id));
  if (plain.length !== 2 * SEED_BYTES) throw new FormatError("not what an asker keeps");
  const key = await openingKey(KEM.xWing, plain.slice(0, SEED_BYTES));
  return { key, digest: plain.slice(SEED_BYTES) };
}

/** Why it is asked for, as a custodian reads it: {reason, digest}. Throws CannotOpenError, FormatError. */
export async function openReason(caseId, sealed, custodian, oneTime) {
  const context = reasonContext(caseId, custodian.sealing.id, oneTime.id);
  const plain = unpad(await openWith(custodian, sealed, context));
  let said;
  try {
    said = JSON.parse(utf8.in.decode(plain));
  } catch (problem) {
    if (!(problem instanceof SyntaxError || problem instanceof TypeError)) throw problem;
    throw new FormatError("not a reason", { cause: problem });
  }
  if (said?.v !== VERSION || !Number.isInteger(said.unit) || SAID.some((name) => typeof said[name] !== "string")) {
    throw new FormatError("not a reason of version 1");
  }
  return { reason: said, digest: await sha256(plain) };
}

/** The six words of this wish: others for another key, case, asker or reason. */
export async function wordsOfWish({ caseId, asker, oneTime, digest }, list) {
  const bound = await sha256(writeCbor(["segel-opening-words", VERSION, caseId, asker, oneTime.id, digest]));
  return Array.from({ length: WORDS }, (_, at) => {
    const number = numberOfBytes(bound.subarray(2 * at, 2 * at + 2));
    return list.words[number % list.words.length];
  });
}

/** Whether somebody typed these words; of each four letters are enough. */
export function areThese(words, typed) {
  const given = typed.toLowerCase().trim().split(/\s+/);
  const fits = (word, at) => given[at].length >= BEGINNING && word.startsWith(given[at]);
  return given.length === words.length && words.every(fits);
}

/**
 * The keys of those who are asked, `asked` as [side, kem, reader], as the signed directory has them.
 * Throws CannotOpenError where one of them is no custodian there.
 */
export function custodiansIn(directory, asked) {
  const roles = { [SIDE.internal]: ROLE.internal, [SIDE.external]: ROLE.external };
  return asked.map(([side, , reader]) => {
    const entry = directory.keys.find(({ key }) => areSame(key.id, reader));
    if (!entry || entry.role !== roles[side]) throw new CannotOpenError("no custodian of the directory");
    return entry.key;
  });
}

/** The unit for which the directory has `reader` as a handler at this time, or null. */
export function handlerIn(directory, reader, at) {
  const entry = directory.keys.find(({ key }) => areSame(key.id, reader));
  const counts = entry && entry.validFrom <= at && (!entry.until || at < entry.until);
  if (!counts || entry.role !== ROLE.handler) return null;
  return directory.units.find(({ code }) => code === entry.unit);
}

function reasonContext(caseId, custodian, oneTime) {
  return writeCbor(["segel-opening-reason", VERSION, caseId, custodian, oneTime]);
}

function keptContext(caseId, asker) {
  return writeCbor(["segel-opening-kept", VERSION, caseId, asker]);
}
