/**
 * What happened, signed by this phone, each event bound to the one before (docs/formats/event.md).
 * The twin of signing/event.py.
 */

import { Tagged } from "./cbor.js";
import { writeCbor } from "./cbor-writer.js";
import { hex, keyIdOf, sha256, toBeSigned, unhex } from "./cose.js";

const TYPE = "segel-event";
const VERSION = 1;
const ISSUED = 6;
const ID = 7;
const EVENT = -65545;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** What stands for the event before the first one. */
export const FIRST = new Uint8Array(32);

/** The id by which the office knows the phone with this public point. */
export async function deviceIdOf(point) {
  return (await sha256(point)).subarray(0, 16);
}

/** The signed bytes of `event`; `key` is the phone's private key, `point` its public half. */
export async function signEvent(key, point, event) {
  const header = writeCbor(
    new Map([
      [1, -7],
      [4, unhex(await keyIdOf(point))],
      [16, TYPE],
    ]),
  );
  const payload = payloadOf(event);
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNING, key, toBeSigned(header, payload)));
  return writeCbor(new Tagged(18, [header, new Map(), payload, lowS(signature)]));
}

/** The claims of an event, as they are signed. */
export function payloadOf({ id, device, number, previous, deviceAt, uptime, anchor, kind, bag, body }) {
  const fields = [VERSION, device, number, previous, uptime, anchor, kind, bag, body];
  return writeCbor(
    new Map([
      [ISSUED, deviceAt],
      [ID, id],
      [EVENT, fields],
    ]),
  );
}

/** The number of the receipt that follows from the event with this id. */
export function receiptOf(id) {
  let number = BigInt(`0x${hex(id)}`);
  let letters = "";
  for (let place = 0; place < 10; place++, number /= 31n) letters += LETTERS[Number(number % 31n)];
  return `T-${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** Of the two valid s the lower one: a signature has one spelling. */
function lowS(signature) {
  const s = BigInt(`0x${hex(signature.subarray(32))}`);
  if (s <= ORDER / 2n) return signature;
  const lower = unhex((ORDER - s).toString(16).padStart(64, "0"));
  return Uint8Array.from([...signature.subarray(0, 32), ...lower]);
}
