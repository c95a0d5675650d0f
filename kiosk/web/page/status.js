/**
 * Status lists: which certificates were withdrawn, one bit each (docs/formats/status.md).
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
const BYTES = STATUS_LIST_SIZE / 8;
const LONGEST = BYTES + 4096;

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
    entry.get("bits") !== 1 ||
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

/** Whether the bit at `index` is set (bit 0 is the lowest of the first byte). */
export function isWithdrawn(list, index) {
  return ((list.bits[index >> 3] >> (index & 7)) & 1) === 1;
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
  return bits;
}
