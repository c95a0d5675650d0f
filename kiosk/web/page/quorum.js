/**
 * The identity envelope: who wrote, sealed so that no one opens it alone
 * (docs/formats/envelope.md, "Identity"). The twin of signing/quorum.py.
 */

import { combine, split } from "shamir-secret-sharing";
import { areSame, randomBytes } from "./bytes.js";
import { readCbor } from "./cbor.js";
import { writeCbor } from "./cbor-writer.js";
import { OVERHEAD_BYTES, openContent, sealContent } from "./content.js";
import { hex, isBytes, sha256 } from "./cose.js";
import { CannotOpenError, FormatError, WrongShareError } from "./errors.js";
import { extraBytes, KEM, openWith, READER_ID_BYTES, sealTo } from "./hpke.js";
import { pad, unpad } from "./padding.js";

const VERSION = 1;
const KEY_BYTES = 32;
const HASH_BYTES = 32;
// Compiled in: nobody's settings can ask for less.
export const NEEDED_INTERNAL = 2;
export const INTERNAL = 3;
export const NEEDED_EXTERNAL = 1;
export const MOST_EXTERNAL = 2;
const IDENTITY_BUCKET = 1024;
export const LONGEST_IDENTITY = IDENTITY_BUCKET - 4;
const LONGEST = 2 ** 16;

/** Whose custodian. */
export const SIDE = { internal: 1, external: 2 };
const SHARE_BYTES = { [SIDE.internal]: KEY_BYTES + 1, [SIDE.external]: KEY_BYTES };
const NEEDED = { [SIDE.internal]: NEEDED_INTERNAL, [SIDE.external]: NEEDED_EXTERNAL };

/**
 * The envelope around `plain`, and its key, under which originals of pictures are sealed:
 * {bytes, key}. Custodians are public keys. Throws FormatError.
 */
export async function sealIdentity(caseId, internal, external, plain) {
  const custodians = [
    ...internal.map((key) => ({ side: SIDE.internal, kem: key.kem, reader: key.id, key })),
    ...external.map((key) => ({ side: SIDE.external, kem: key.kem, reader: key.id, key })),
  ];
  requireCustodians(custodians);
  const policy = await policyOf(custodians);
  const padded = pad(plain, IDENTITY_BUCKET);
  const key = randomBytes(KEY_BYTES);
  const inner = randomBytes(KEY_BYTES);
  const outer = exclusiveOr(key, inner);
  const parts = await split(inner, internal.length, NEEDED_INTERNAL);
  const shares = await Promise.all(
    custodians.map(async (one, index) => {
      const part = parts[index] ?? outer;
      const commitment = await commitmentOf(caseId, policy, one.reader, part);
      const context = shareContext(caseId, policy, one.reader);
      return [one.side, one.kem, one.reader, commitment, await sealTo(one.key, part, context)];
    }),
  );
  const body = await sealContent(key, identityContext(caseId, policy), padded);
  return { bytes: writeCbor([VERSION, shares, body]), key };
}

/** The parts of an identity envelope: {shares, body, policy}; nothing is opened. */
export async function parseIdentity(bytes) {
  if (bytes.length > LONGEST) throw new FormatError(`more than ${LONGEST} bytes`);
  const parts = readCbor(bytes);
  if (!Array.isArray(parts) || parts.length !== 3 || parts[0] !== VERSION) {
    throw new FormatError("not an identity envelope of version 1");
  }
  const [, shares, body] = parts;
  if (!Array.isArray(shares) || shares.length > INTERNAL + MOST_EXTERNAL) {
    throw new FormatError("not the shares of an identity envelope");
  }
  if (!isBytes(body, IDENTITY_BUCKET + OVERHEAD_BYTES)) {
    throw new FormatError("an identity envelope has another length");
  }
  const found = shares.map(sealedShare);
  requireCustodians(found);
  return { shares: found, body, policy: await policyOf(found) };
}

/**
 * What one custodian gets of an envelope, for `openShare` and `passShare`: `asked`, all custodians in
 * its order as [side, kem, reader], and their own sealed share. Throws FormatError.
 */
export async function ownShare(asked, { side, kem, reader, commitment, sealed }) {
  const custodians = asked.map(([side, kem, reader]) => ({ side, kem, reader }));
  requireCustodians(custodians);
  const share = sealedShare([side, kem, reader, commitment, sealed]);
  const isAsked = (one) => one.side === side && one.kem === kem && areSame(one.reader, reader);
  if (!custodians.some(isAsked)) throw new FormatError("a share of somebody who is not asked");
  return { shares: [share], policy: await policyOf(custodians) };
}

/** The custodian's own share: {reader, secret}. Throws CannotOpenError or WrongShareError. */
export async function openShare(envelope, caseId, key) {
  const reader = key.sealing.id;
  const found = shareOf(envelope, reader);
  const context = shareContext(caseId, envelope.policy, reader);
  const share = { reader, secret: await openWith(key, found.sealed, context) };
  await requireCommitted(envelope, caseId, [share]);
  return share;
}

/** A custodian's share, sealed for the one person who asked. */
export function passShare(envelope, caseId, share, requester) {
  const context = passingContext(caseId, envelope.policy, share.reader, requester.id);
  return sealTo(requester, share.secret, context);
}

/** The share that the custodian `reader` has passed on. Throws CannotOpenError, WrongShareError. */
export async function openPassedShare(envelope, caseId, reader, sealed, requester) {
  const context = passingContext(caseId, envelope.policy, reader, requester.sealing.id);
  const share = { reader, secret: await openWith(requester, sealed, context) };
  await requireCommitted(envelope, caseId, [share]);
  return share;
}

/** The key of the envelope, from enough shares. Throws WrongShareError or CannotOpenError. */
export async function identityKey(envelope, caseId, shares) {
  const given = new Map(shares.map((share) => [hex(share.reader), share]));
  await requireCommitted(envelope, caseId, [...given.values()]);
  const secrets = { [SIDE.internal]: [], [SIDE.external]: [] };
  for (const share of given.values()) {
    secrets[shareOf(envelope, share.reader).side].push(share.secret);
  }
  for (const side of Object.values(SIDE)) {
    if (secrets[side].length < NEEDED[side]) throw new CannotOpenError("fewer shares than it needs");
  }
  return exclusiveOr(await combine(secrets[SIDE.internal]), secrets[SIDE.external][0]);
}

/** Who wrote, from enough shares; empty if nothing was said. */
export async function openIdentity(envelope, caseId, shares) {
  const key = await identityKey(envelope, caseId, shares);
  return unpad(await openContent(key, identityContext(caseId, envelope.policy), envelope.body));
}

function shareOf(envelope, reader) {
  const found = envelope.shares.find((share) => areSame(share.reader, reader));
  if (!found) throw new CannotOpenError("no custodian of this envelope");
  return found;
}

async function requireCommitted(envelope, caseId, shares) {
  const wrong = [];
  for (const { reader, secret } of shares) {
    const committed = envelope.shares.find((share) => areSame(share.reader, reader));
    const commitment = await commitmentOf(caseId, envelope.policy, reader, secret);
    if (!committed || !areSame(committed.commitment, commitment)) wrong.push(hex(reader));
  }
  if (wrong.length) throw new WrongShareError(wrong);
}

function requireCustodians(custodians) {
  const count = (side) => custodians.filter((one) => one.side === side).length;
  const outside = count(SIDE.external);
  if (count(SIDE.internal) !== INTERNAL || outside < NEEDED_EXTERNAL || outside > MOST_EXTERNAL) {
    throw new FormatError("too few custodians, or too many");
  }
  if (new Set(custodians.map((one) => hex(one.reader))).size !== custodians.length) {
    throw new FormatError("a custodian has two shares");
  }
  if (custodians.some((one, index) => index < INTERNAL !== (one.side === SIDE.internal))) {
    throw new FormatError("internal custodians come first");
  }
}

function sealedShare(parts) {
  if (!Array.isArray(parts) || parts.length !== 5) throw new FormatError("not a sealed share");
  const [side, kem, reader, commitment, sealed] = parts;
  if (!Object.values(SIDE).includes(side) || !Object.values(KEM).includes(kem)) {
    throw new FormatError("a share of an unknown kind");
  }
  if (
    !isBytes(reader, READER_ID_BYTES) ||
    !isBytes(commitment, HASH_BYTES) ||
    !isBytes(sealed, SHARE_BYTES[side] + extraBytes(kem))
  ) {
    throw new FormatError("a part of a share has another length");
  }
  return { side, kem, reader, commitment, sealed };
}

function policyOf(custodians) {
  const asked = custodians.map(({ side, kem, reader }) => [side, kem, reader]);
  return sha256(
    writeCbor(["segel-identity-policy", VERSION, NEEDED_INTERNAL, NEEDED_EXTERNAL, asked]),
  );
}

function identityContext(caseId, policy) {
  return writeCbor(["segel-identity", VERSION, caseId, policy]);
}

function shareContext(caseId, policy, reader) {
  return writeCbor(["segel-share", VERSION, caseId, policy, reader]);
}

function passingContext(caseId, policy, reader, requester) {
  return writeCbor(["segel-share-passed", VERSION, caseId, policy, reader, requester]);
}

function commitmentOf(caseId, policy, reader, secret) {
  return sha256(writeCbor(["segel-share-commitment", VERSION, caseId, policy, reader, secret]));
}

function exclusiveOr(one, other) {
  return one.map((byte, index) => byte ^ other[index]);
}
