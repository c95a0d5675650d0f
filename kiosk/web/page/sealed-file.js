/**
 * Files of sealed reports, sealed and opened chunk by chunk (docs/formats/envelope.md, "File"). With
 * envelope.js the twin of signing/envelope.py.
 */

import { bigEndian, joined, numberOfBytes, randomBytes } from "./bytes.js";
import { writeCbor } from "./cbor-writer.js";
import { ContentKey, HEADER_BYTES, TAG_BYTES } from "./content.js";
import { isBytes, sha256 } from "./cose.js";
import { FormatError } from "./errors.js";
import { isZero, paddedFileLength } from "./padding.js";

const VERSION = 1;
const FILE_ID_BYTES = 16;
const FILE_LENGTH_BYTES = 8;
const CHUNK_BYTES = 256 * 1024;
const LONGEST_FILE = 200 * 1024 * 1024;

/**
 * A file to be sealed chunk by chunk, so that sending can be resumed: {id, size, header, count,
 * chunk(index)}. `blob` is a Blob; `key` the secret of a case key, or the identity key for an
 * original. A chunk asked for twice is the same bytes, as long as the file is.
 */
export async function fileSealer(key, caseId, blob, id = randomBytes(FILE_ID_BYTES)) {
  if (blob.size > LONGEST_FILE) throw new FormatError(`more than ${LONGEST_FILE} bytes`);
  const size = paddedFileLength(FILE_LENGTH_BYTES + blob.size);
  const content = await ContentKey.create(key, fileContext(caseId, id, size));
  const count = Math.ceil(size / CHUNK_BYTES);
  const chunk = async (index) => {
    const start = index * CHUNK_BYTES;
    const end = Math.min(start + CHUNK_BYTES, size);
    const plain = new Uint8Array(end - start);
    const head = start === 0 ? FILE_LENGTH_BYTES : 0;
    if (head) plain.set(bigEndian(blob.size, FILE_LENGTH_BYTES));
    const from = start + head - FILE_LENGTH_BYTES;
    const part = blob.slice(from, Math.max(from, end - FILE_LENGTH_BYTES));
    plain.set(new Uint8Array(await part.arrayBuffer()), head);
    return content.seal(index, plain, index === count - 1);
  };
  return { id, size, header: content.header, count, chunk };
}

/** What the message that brings the file says of it; `hashes` are the SHA-256 of its chunks. */
export function fileDigest(header, hashes) {
  return sha256(joined([header, ...hashes]));
}

/**
 * A file to be opened chunk by chunk, {count, open(index, sealed)}: each chunk once and in order, or
 * what comes out is not the file. Throws FormatError or CannotOpenError.
 */
export async function fileOpener(key, caseId, { id, size, header }) {
  if (
    !isBytes(id, FILE_ID_BYTES) ||
    !isBytes(header, HEADER_BYTES) ||
    size > paddedFileLength(FILE_LENGTH_BYTES + LONGEST_FILE)
  ) {
    throw new FormatError("not a file of this length");
  }
  const count = Math.ceil(size / CHUNK_BYTES);
  const content = await ContentKey.of(header, key, fileContext(caseId, id, size));
  // Where the file ends in what was filled up; the first chunk says it.
  let end = 0;
  const open = async (index, sealed) => {
    const start = index * CHUNK_BYTES;
    if (sealed.length !== Math.min(CHUNK_BYTES, size - start) + TAG_BYTES) {
      throw new FormatError("a chunk of another length");
    }
    const plain = await content.open(index, sealed, index === count - 1);
    if (index === 0) end = FILE_LENGTH_BYTES + numberOfBytes(plain.subarray(0, FILE_LENGTH_BYTES));
    const cut = Math.min(plain.length, Math.max(0, end - start));
    if (end > size || paddedFileLength(end) !== size || !isZero(plain.subarray(cut))) {
      throw new FormatError("not filled up as we do it");
    }
    return plain.subarray(index === 0 ? FILE_LENGTH_BYTES : 0, cut);
  };
  return { count, open };
}

/** A file, {id, size, header, chunks}, once every chunk is there, in order, and unaltered. */
export async function openFile(key, caseId, { chunks, ...file }) {
  const opener = await fileOpener(key, caseId, file);
  if (chunks.length !== opener.count) throw new FormatError("not the chunks of a file of this length");
  const parts = [];
  for (const [index, chunk] of chunks.entries()) parts.push(await opener.open(index, chunk));
  return joined(parts);
}

function fileContext(caseId, id, size) {
  return writeCbor(["segel-file", VERSION, caseId, id, size]);
}
