/**
 * What these pages and the mailroom say to each other. Nothing goes out that is not sealed, but for
 * the unit that reads, how soon, and the proofs.
 */

import { readCbor } from "./cbor.js";
import { writeCbor } from "./cbor-writer.js";
import { hex, sha256, unhex } from "./cose.js";
import { verifyDirectory } from "./directory.js";
import { unpad } from "./padding.js";

const VERSION = 1;
const PAUSES_MS = [1_000, 3_000, 9_000];
const BUSY = new Set([429, 502, 503, 504]);

/** Nothing was taken; `why` names the sentence. Asking again is safe. */
export class Unsent extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** The sentence for what went wrong while something was sealed or sent. */
export function whyOf(problem) {
  if (problem instanceof Unsent) return problem.why;
  // A file was altered or taken away since it was picked.
  return problem?.name === "NotReadableError" ? "report.file-gone" : "report.failed";
}

/** The directory of keys, approved by the holders that this page was given. Throws Unsent. */
export async function fetchDirectory({ roots }) {
  const answer = await asked("/report/directory");
  return verifyDirectory(await bytesOf(answer), roots);
}

/** The salt of the installation's receipt codes. Throws Unsent. */
export async function fetchSalt() {
  const answer = await asked("/report/challenge");
  return unhex((await answer.json()).salt);
}

/**
 * The public number of a report that was taken. What `sealReport` made is sent again after a broken
 * connection, the same bytes, and counts once. Throws Unsent.
 */
export async function sendReport({ proof, unit, urgency, bytes }) {
  const body = writeCbor([VERSION, unit, urgency, await sha256(proof), bytes]);
  return (await (await asked("/report/cases", { body })).json()).number;
}

/**
 * What there is about the case of this proof, or null: {caseId, number, state, receivedOn, own,
 * ownProof, identityDigest, messages, files, openings}; each message is {number, direction, sequence,
 * epoch, day, sealed}, in the order of the case; each file {number, id, arrived}; each opening of the
 * writer's identity {id, askedOn, state, since, objected, reason}. Throws Unsent.
 */
export async function fetchThread(proof) {
  const answer = await asked("/report/thread", { body: writeCbor([VERSION, proof, 0]), may: [404] });
  if (answer.status === 404) return null;
  const parts = readCbor(unpad(await bytesOf(answer)));
  const [, caseId, number, state, receivedOn, , [own], ownProof, identityDigest, sent, kept, wishes] = parts;
  const messages = sent.map(messageOf);
  const files = kept.map(([at, id, , , digest]) => ({ number: at, id, arrived: digest.length > 0 }));
  const openings = wishes.map(openingOf);
  return { caseId, number, state, receivedOn, own, ownProof, identityDigest, messages, files, openings };
}

function messageOf([number, direction, sequence, epoch, day, sealed]) {
  return { number, direction, sequence, epoch, day, sealed };
}

function openingOf([id, , askedOn, state, since, objected, reason]) {
  return { id, askedOn, state, since, objected: objected === 1, reason };
}

/** Object to the opening of an identity; false where it is over. Throws Unsent. */
export async function sendObjection(proof, opening) {
  const body = writeCbor([VERSION, proof, opening]);
  const answer = await asked("/report/thread/objections", { body, may: [409] });
  return answer.ok;
}

/** Send a message behind number `after`; false where another has come since. Throws Unsent. */
export async function sendMessage(proof, { after, epoch, sealed }) {
  const body = writeCbor([VERSION, proof, after, epoch, sealed]);
  const answer = await asked("/report/thread/messages", { body, may: [409] });
  return answer.ok;
}

/**
 * Send a chunk of a file that `seal` of lapor-files.js made; {missing}, the next chunks that the
 * server lacks. None is missing only where what it has is what was sealed. Throws Unsent.
 */
export async function sendChunk({ proof, caseId }, file, index, chunk) {
  const { number, id, size, header } = file;
  const body = writeCbor([VERSION, proof, id, size, header, chunk]);
  const address = `/report/cases/${hex(caseId)}/files/${number}/${index}`;
  const { missing, digest } = await (await asked(address, { body })).json();
  if (!missing.length && digest !== hex(file.digest)) throw new Unsent("report.file-differs");
  return { missing };
}

async function bytesOf(answer) {
  return new Uint8Array(await answer.arrayBuffer());
}

/** An answer that is right, or one of the statuses that `may` be; asked again when it breaks off. */
async function asked(address, { body = undefined, may = [] } = {}) {
  for (const pause of [...PAUSES_MS, null]) {
    const answer = await tried(address, body);
    if (answer?.ok || may.includes(answer?.status)) return answer;
    const again = !answer || BUSY.has(answer.status);
    if (!again) throw new Unsent("report.refused");
    if (pause === null) throw new Unsent(answer ? "report.busy" : "report.offline");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Unsent("report.offline");
}

async function tried(address, body) {
  const method = body ? "POST" : "GET";
  const headers = body ? { "Content-Type": "application/cbor" } : {};
  try {
    return await fetch(address, {
      method,
      body,
      headers,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    return null;
  }
}
