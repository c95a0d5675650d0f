/**
 * The signed text in a poster's QR code (docs/formats/poster.md). The twin of signing/poster.py.
 */

import { decodeDigits } from "./base10.js";
import { parseSign1 } from "./cose.js";
import { FormatError, SignatureError } from "./errors.js";
import { requireSigned, USE } from "./trust.js";

const TYPE = "segel-poster";
const VERSION = 1;
const EXPIRES = 4;
const ISSUED = 6;
const POSTER = -65550;
const FIELDS = 5;
const LONGEST = 256;
const LONGEST_PLACE = 60;
const LONGEST_AREA = 30;
const LATEST = 2 ** 37;
const LARGEST = 2 ** 32;
const TEXT =
  /^https?:\/\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?)\/l#p=([0-9]{17,622})$/;

/** Whether this is meant to be the text of a poster, genuine or not. */
export function looksLikePoster(text) {
  return /^https?:\/\//.test(text) && text.includes("/l#p=");
}

/**
 * What the poster with this text says, once a key for posters has signed it: {number, unit, place,
 * area, issuedAt, expiresAt}. `trust` is what check.js carries. Whether its time is over is for the
 * caller. Throws FormatError or SignatureError.
 */
export async function readPoster(text, trust) {
  const { host, message, poster } = parsed(text);
  // The digits may have been taken from a poster of ours, and the way they lead is not signed.
  if (!trust.bundle.hosts.includes(host)) {
    throw new SignatureError("the poster leads to another site");
  }
  await requireSigned(message, trust.bundle, USE.poster, poster.unit, poster.issuedAt);
  return poster;
}

/** What the poster with this text says; nothing is believed. Throws FormatError. */
export function parsePoster(text) {
  return parsed(text).poster;
}

/** Its parts, {host, message, poster}; nothing is believed. Throws FormatError. */
export function parsed(text) {
  const match = TEXT.exec(text);
  if (!match) throw new FormatError("not the text of a poster");
  const message = parseSign1(decodeDigits(match[2]), LONGEST);
  if (message.type !== TYPE) throw new FormatError("a signed message of another type");
  return { host: match[1], message, poster: posterOf(message.claims) };
}

function posterOf(claims) {
  if ([...claims.keys()].join() !== [EXPIRES, ISSUED, POSTER].join()) {
    throw new FormatError("not the claims of a poster");
  }
  const fields = claims.get(POSTER);
  if (!Array.isArray(fields) || fields.length !== FIELDS) {
    throw new FormatError("not the fields of a poster");
  }
  const [version, number, unit, place, area] = fields;
  if (version !== VERSION) throw new FormatError("not a poster of version 1");
  if (typeof number !== "string" || !/^[A-Z0-9-]{1,20}$/.test(number)) {
    throw new FormatError("a number has capital letters, digits and hyphens");
  }
  if (typeof place !== "string" || !isName(place, LONGEST_PLACE)) {
    throw new FormatError(`a place has at most ${LONGEST_PLACE} bytes of printable text`);
  }
  if (typeof area !== "string" || (area && !isName(area, LONGEST_AREA))) {
    throw new FormatError(`an area has at most ${LONGEST_AREA} bytes of printable text`);
  }
  return {
    number,
    unit: whole(unit, LARGEST),
    place,
    area,
    issuedAt: whole(claims.get(ISSUED), LATEST),
    expiresAt: whole(claims.get(EXPIRES), LATEST),
  };
}

function isName(text, longest) {
  return (
    /^(?:[^\p{C}\p{Z}]| )+$/u.test(text) &&
    new TextEncoder().encode(text).length <= longest &&
    text.normalize("NFC") === text
  );
}

function whole(value, below) {
  if (!Number.isInteger(value) || value < 0 || value >= below) {
    throw new FormatError(`not a whole number below ${below}`);
  }
  return value;
}
