/**
 * The text in the QR code, taken apart (docs/formats/token.md, "Grammar").
 * The twin of signing/token.py and signing/payload.py.
 */

import { decodeDigits } from "./base10.js";
import { isBytes, parseSign1, sha256 } from "./cose.js";
import { FormatError } from "./errors.js";

const LONGEST_TOKEN = 224;
// A host in the form browsers show: letters, digits, dots, hyphens, and a port.
const TEXT =
  /^(?:https?:\/\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?)\/)?#?([0-9]{17,544})$/;
const EXPIRES = 4;
const ISSUED = 6;
const CERTIFICATE = -65537;
const VERSION = 1;
const FIELDS = 10;
const LATEST = 2 ** 37;
const LARGEST = 2 ** 32;
export const STATUS_LIST_SIZE = 2 ** 20;

/** The parts of a QR text, or of its digits alone; nothing is believed. */
export function parseToken(text) {
  const match = TEXT.exec(text);
  if (!match) throw new FormatError("not the text of a certificate's QR code");
  const message = parseSign1(decodeDigits(match[2]), LONGEST_TOKEN);
  if (message.type !== null) throw new FormatError("a signed message of another type");
  return {
    host: match[1] ?? null,
    digits: match[2],
    keyId: message.keyId,
    payload: payloadOf(message.claims),
    message,
  };
}

/** The check code 0…999 of a NIK. */
export async function nikCode(nik) {
  const digest = await sha256(new TextEncoder().encode(`SKCK-NIK-1${nik}`));
  let code = 0;
  for (const byte of digest) code = (code * 256 + byte) % 1000;
  return code;
}

function payloadOf(claims) {
  if ([...claims.keys()].join() !== [EXPIRES, ISSUED, CERTIFICATE].join()) {
    throw new FormatError("not the claims of a certificate");
  }
  const fields = claims.get(CERTIFICATE);
  if (!Array.isArray(fields) || fields.length !== FIELDS || fields[0] !== VERSION) {
    throw new FormatError("not a certificate of version 1");
  }
  const [, sequence, name, birthYear, code, unit, purpose, result, status, digest] = fields;
  if (!Array.isArray(status) || status.length !== 2) {
    throw new FormatError("status: not a list and an index");
  }
  if (!isBytes(digest, 16)) throw new FormatError("PDF digest: not 16 bytes");
  return {
    expiresAt: whole(claims.get(EXPIRES), LATEST),
    issuedAt: whole(claims.get(ISSUED), LATEST),
    sequence: whole(sequence, LARGEST),
    name: shownText(name, 65),
    birthYear: whole(birthYear, 10_000),
    nikCode: whole(code, 1000),
    unit: whole(unit, LARGEST),
    purpose: typeof purpose === "string" ? shownText(purpose, 40) : whole(purpose, 2 ** 16),
    result: whole(result, 2),
    statusList: whole(status[0], 2 ** 16),
    statusIndex: whole(status[1], STATUS_LIST_SIZE),
    digest,
  };
}

function whole(value, below) {
  if (!Number.isInteger(value) || value < 0 || value >= below) {
    throw new FormatError(`not a whole number below ${below}`);
  }
  return value;
}

function shownText(value, longest) {
  if (
    typeof value !== "string" ||
    !/^(?:[^\p{C}\p{Z}]| )+$/u.test(value) ||
    new TextEncoder().encode(value).length > longest ||
    value.normalize("NFC") !== value
  ) {
    throw new FormatError(`not a printable text of at most ${longest} bytes in normal form C`);
  }
  return value;
}
