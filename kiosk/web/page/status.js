/**
 * Status lists: which certificates were withdrawn or are suspended, two bits each
 * (docs/formats/status.md).
 * The twin of signing/status.py.
 */

import { isBytes, parseSign1, verifySign1 } from "./cose.js";
import { FormatError } from "./errors.js";
import { STATUS_LIST_SIZE } from "./token.js";

const TYPE = "application/statuslist+cwt";
const SUBJECT = 2;
const ISSUED = 6;
const STATUS = 65533;
const TTL = 65534;
const BUNDLE_SERIAL = -65539;
const CLAIMS = [SUBJECT, ISSUED, STATUS, TTL, BUNDLE_SERIAL].join();
const BITS = 2;
const BYTES = (STATUS_LIST_SIZE * BITS) / 8;
const LONGEST = BYTES + 4096;

/** What a list says of a certificate; the numbers are those of the Token Status List. */
export const STATUS_IS = { valid: 0, withdrawn: 1, suspended: 2 };

/** The status list in `bytes`, once it is known to be signed by the key with this point. */
export async function verifyStatusList(bytes, point) {
  const message = parseSign1(bytes, LONGEST);
  if (message.type !== TYPE || [...message.claims.keys()].join() !== CLAIMS) {
    throw new FormatError("not a status list");
  }
  const claims = await verifySign1(message, point);
  const entry = claims.get(STATUS);
  if (
    !(entry instanceof Map) ||
    [...entry.keys()].join() !== "lst,bits" ||
    entry.get("bits") !== BITS ||
    !isBytes(entry.get("lst"))
  ) {
    throw new FormatError("a status list of another kind");
  }
  return {
    uri: claims.get(SUBJECT),
    bundleSerial: claims.get(BUNDLE_SERIAL),
    issuedAt: claims.get(ISSUED),
    ttl: claims.get(TTL),
    bits: await inflate(entry.get("lst")),
  };
}

/** The entry at `index`; four stand in a byte, the first in its lowest bits. */
export function statusOf(list, index) {
  return (list.bits[index >> 2] >> (2 * (index & 3))) & 3;
}

/** The bits that `packed` (zlib) holds; never more than a list has, however much is packed. */
async function inflate(packed) {
  const bits = new Uint8Array(BYTES);
  const reader = new Blob([packed])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"))
    .getReader();
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > BYTES - at) throw new FormatError("a status list of another size");
      bits.set(value, at);
      at += value.length;
    }
  } catch (problem) {
    await reader.cancel().catch(() => undefined);
    if (problem instanceof FormatError) throw problem;
    throw new FormatError("a status list that cannot be unpacked");
  }
  if (at !== BYTES) throw new FormatError("a status list of another size");
  // What a later version may mean by 3 is not known, so nothing is said against a paper.
  if (bits.some((byte) => byte & (byte >> 1) & 0x55)) {
    throw new FormatError("a status list with an entry of no meaning");
  }
  return bits;
}
