/**
 * A signed slip of paper: bag label, applicant's slip, letter, badge, receipt
 * (docs/formats/slip.md). The twin of signing/slip.py.
 */

import { decodeDigits } from "./base10.js";
import { isBytes, parseSign1 } from "./cose.js";
import { FormatError } from "./errors.js";
import { requireSigned, USE } from "./trust.js";

export const PREFIX = "SEGEL-S1.";
const TYPE = "segel-slip";
const VERSION = 1;
const EXPIRES = 4;
const ISSUED = 6;
const SLIP = -65540;
const FIELDS = 6;
const LONGEST = 224;
const HASH_BYTES = 32;
const LATEST = 2 ** 37;
const LARGEST = 2 ** 32;
const TEXT = /^SEGEL-S1\.([0-9]{0,544})$/;

/** What a slip is. */
export const KIND = { bag: 1, slip: 2, letter: 3, badge: 4, receipt: 5 };

/**
 * What the slip with this text says, once a key that signs certificates has signed it. `trust` is
 * what check.js carries. Whether its day is over, or it is of the wanted kind, is for the caller.
 * Throws FormatError or SignatureError.
 */
export async function readSlip(text, trust) {
  const match = TEXT.exec(text);
  if (!match) throw new FormatError("not the text of a slip");
  const message = parseSign1(decodeDigits(match[1]), LONGEST);
  if (message.type !== TYPE) throw new FormatError("a signed message of another type");
  const slip = slipOf(message.claims);
  await requireSigned(message, trust.bundle, USE.certificate, slip.unit, slip.issuedAt);
  return slip;
}

function slipOf(claims) {
  if ([...claims.keys()].join() !== [EXPIRES, ISSUED, SLIP].join()) {
    throw new FormatError("not the claims of a slip");
  }
  const fields = claims.get(SLIP);
  if (!Array.isArray(fields) || fields.length !== FIELDS) {
    throw new FormatError("not the fields of a slip");
  }
  const [version, kind, unit, bag, reference, proxy] = fields;
  if (version !== VERSION || !Object.values(KIND).includes(kind)) {
    throw new FormatError("not a slip of version 1");
  }
  if (typeof reference !== "string" || !/^[A-Z0-9-]{0,20}$/.test(reference)) {
    throw new FormatError("a reference has capital letters, digits and hyphens");
  }
  if (!isBytes(proxy, kind === KIND.letter ? HASH_BYTES : 0)) {
    throw new FormatError("a letter, and nothing else, names a proxy by a hash");
  }
  return {
    kind,
    unit: whole(unit, LARGEST),
    bag: whole(bag, LARGEST),
    reference,
    issuedAt: whole(claims.get(ISSUED), LATEST),
    expiresAt: whole(claims.get(EXPIRES), LATEST),
    proxy,
  };
}

function whole(value, below) {
  if (!Number.isInteger(value) || value < 0 || value >= below) {
    throw new FormatError(`not a whole number below ${below}`);
  }
  return value;
}
