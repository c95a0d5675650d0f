/**
 * A report as it leaves the browser: sealed for those who may read it, with an envelope around who
 * wrote, empty or not. Nothing else leaves it.
 */

import { route, verifyDirectory } from "./directory.js";
import {
  caseKey, digestOf, DIRECTION, encodeSubmission, newCase, ownProof, sealMessage, wrapKey,
} from "./envelope.js";
import { KEM, openingKey } from "./hpke.js";
import { LONGEST_TEXT } from "./padding.js";
import { LONGEST_IDENTITY, sealIdentity } from "./quorum.js";

const utf8 = new TextEncoder();
/** What the names of files may need of a message, at most. */
export const ROOM_FOR_FILES = 16 * 1024;

export { LONGEST_IDENTITY, LONGEST_TEXT, verifyDirectory };

/**
 * Who reads: about somebody of `accused` (a unit's code), that unit and its superior are left out;
 * where nobody knows the unit, the uppermost one reads, for that is the least likely to be it.
 * Throws NoReaderError.
 */
export function readersOf(directory, accused, at) {
  if (accused) return route(directory, { near: accused, accused: [accused], at });
  const outside = new Set(directory.units.filter((unit) => unit.outside).map(({ code }) => code));
  const top = directory.units.find((unit) => !unit.outside && (!unit.above || outside.has(unit.above)));
  return route(directory, { near: top?.code ?? 0, at });
}

/** A message that names its files; one without any says nothing of them. */
export function withFiles(message, named) {
  return named.length ? { ...message, files: named } : message;
}

/** The bytes of a text as the format has it: JSON in UTF-8. */
export function bytesOf(value) {
  return utf8.encode(JSON.stringify(value));
}

/**
 * {caseId, bytes, files}: the whole submission, sealed once; sent again it is the same bytes. `seal`
 * makes the files that go with it, {named, files} (lapor-files.js).
 */
export async function sealReport({ report, identity, readers, seed, seal }) {
  const key = caseKey(newCase());
  const own = await openingKey(KEM.x25519, seed);
  const { internal, external, handlers } = readers;
  const keysOf = (some) => some.map((one) => one.key);
  const plain = identity ? bytesOf(identity) : new Uint8Array();
  const sealed = await sealIdentity(key.caseId, keysOf(internal), keysOf(external), plain);
  const previous = await digestOf(sealed.bytes);
  const { named, files } = await seal({ caseId: key.caseId, key: key.secret, identityKey: sealed.key });
  const place = { direction: DIRECTION.toOffice, sequence: 0, previous };
  const bytes = await encodeSubmission({
    caseId: key.caseId,
    wraps: await Promise.all(handlers.map((handler) => wrapKey(key, handler.key))),
    own: await wrapKey(key, own.sealing),
    proof: await ownProof(seed, key),
    identity: sealed.bytes,
    message: await sealMessage(key, place, bytesOf(withFiles(report, named))),
  });
  return { caseId: key.caseId, bytes, files };
}
