/**
 * The trust bundle: whose signatures count (docs/formats/trust.md). The twin of signing/trust.py.
 */

import { keyIdOf, parseSign1, verifySign1 } from "./cose.js";
import { FormatError, SignatureError } from "./errors.js";

const TYPE = "application/segel-trust+cwt";
const VERSION = 1;
const LONGEST = 2 ** 20;
const EXPIRES = 4;
const ISSUED = 6;
const BUNDLE = -65538;

/** What a key may sign. */
export const USE = { certificate: 1, status: 2, poster: 3 };

/** The bundle in `bytes`, once it is known to be signed by the root with this point. */
export async function verifyTrustBundle(bytes, rootPoint) {
  const message = parseSign1(bytes, LONGEST);
  if (message.type !== TYPE) throw new FormatError("a signed message of another type");
  if (message.keyId !== (await keyIdOf(rootPoint))) {
    throw new SignatureError("the trust bundle is signed by another root");
  }
  const claims = await verifySign1(message, rootPoint);
  const body = claims.get(BUNDLE);
  if (!Array.isArray(body) || body.length !== 6 || body[0] !== VERSION) {
    throw new FormatError("not a trust bundle of version 1");
  }
  const [, serial, hosts, keys, units, purposes] = body;
  return {
    serial,
    issuedAt: claims.get(ISSUED),
    expiresAt: claims.get(EXPIRES),
    hosts,
    keys: await Promise.all(keys.map(trustedKey)),
    units: new Map(
      units.map(([code, name, template, offset]) => [code, { name, template, offset }]),
    ),
    purposes: new Map(purposes.map(([code, indonesian, english]) => [code, [indonesian, english]])),
  };
}

async function trustedKey([point, use, signFrom, signUntil, withdrawnAt, units]) {
  return { keyId: await keyIdOf(point), point, use, signFrom, signUntil, withdrawnAt, units };
}

/** Makes sure that a key which may do so for `unit` at that time (seconds) signed `message`. */
export async function requireSigned(message, bundle, use, unit, at) {
  for (const key of bundle.keys) {
    const maySign =
      key.keyId === message.keyId &&
      key.use === use &&
      !key.withdrawnAt &&
      key.signFrom <= at &&
      at < key.signUntil &&
      (key.units.length === 0 || key.units.includes(unit));
    if (!maySign) continue;
    try {
      await verifySign1(message, key.point);
      return;
    } catch (problem) {
      // Ids of keys are short and may meet.
      if (!(problem instanceof SignatureError)) throw problem;
    }
  }
  throw new SignatureError("it is signed by nobody who may");
}
