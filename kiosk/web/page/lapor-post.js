/**
 * What these pages and the mailroom say to each other. Nothing goes out that is not sealed, but for
 * the unit that reads, how soon, and the proofs.
 */

import { readCbor } from "./cbor.js";
import { writeCbor } from "./cbor-writer.js";
import { hex, sha256, unhex } from "./cose.js";
import { verifyDirectory } from "./directory.js";
import { unpad } from "./padding.js";
import { askQuietly } from "./quiet.js";

const VERSION = 1;
const PAUSES_MS = [1_000, 3_000, 9_000];
const BUSY = new Set([429, 502, 503, 504]);
const WORK = "Segel-Work";
const TURN = "Segel-Turn";
const NOT_YOUR_TURN = 429;
const CONFLICT = 409;
const WORK_FIRST = 428;
// A turn comes within a minute; whoever waited so often may press again.
const MOST_TURNS = 10;

/** Nothing was taken; `why` names the sentence. Asking again is safe. */
export class Unsent extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** The report was sealed for others than may read it by now. */
export class ReadersChanged extends Unsent {
  constructor() {
    super("report.refused");
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

/** A part of these pages that comes later, as a module; null where it does not come. */
export async function fetchScript(address) {
  try {
    return await import(address);
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    return null;
  }
}

/** The salt of the installation's receipt codes. Throws Unsent. */
export async function fetchSalt() {
  return (await fetchChallenge()).salt;
}

/** {salt, work}: the salt of receipt codes, and what to work out before a report. Throws Unsent. */
export async function fetchChallenge() {
  const { salt, work } = await (await asked("/report/challenge")).json();
  return { salt: unhex(salt), work };
}

/**
 * The public number of a report that was taken, or null where the browser has to work first; `shown`
 * is what it worked out, `waits` is called when it has to wait for its turn. What `sealReport` made
 * is sent again after a broken connection, the same bytes, and counts once. Throws ReadersChanged, or
 * another Unsent.
 */
export async function sendReport({ proof, unit, urgency, bytes }, { shown, waits }) {
  const body = writeCbor([VERSION, unit, urgency, await sha256(proof), bytes]);
  const answer = await asked("/report/cases", { body, may: [WORK_FIRST, CONFLICT], shown, waits });
  const { number = null, code } = await answer.json();
  if (code === "directory-changed") throw new ReadersChanged();
  if (answer.status === CONFLICT) throw new Unsent("report.refused");
  return number;
}

/**
 * What there is about the case of this proof, or null: {caseId, number, state, receivedOn, own,
 * ownProof, identityDigest, messages, files, openings, due}; each message is {number, direction, sequence,
 * epoch, day, sealed}, in the order of the case; each file {number, id, arrived}; each opening of the
 * writer's identity {id, askedOn, state, since, objected, reason, unit}; `due` the day by which the office is to take
 * the next step, or empty. Throws Unsent.
 */
export async function fetchThread(proof) {
  const answer = await asked("/report/thread", { body: writeCbor([VERSION, proof, 0]), may: [404] });
  if (answer.status === 404) return null;
  const parts = readCbor(unpad(await bytesOf(answer)));
  const [, caseId, number, state, receivedOn, , [own], ownProof, identityDigest, sent, kept, wishes, due] = parts;
  const messages = sent.map(messageOf);
  const files = kept.map(([at, id, , , digest]) => ({ number: at, id, arrived: digest.length > 0 }));
  const openings = wishes.map(openingOf);
  return { caseId, number, state, receivedOn, own, ownProof, identityDigest, messages, files, openings, due };
}

function messageOf([number, direction, sequence, epoch, day, sealed]) {
  return { number, direction, sequence, epoch, day, sealed };
}

function openingOf([id, , askedOn, state, since, objected, reason, unit]) {
  return { id, askedOn, state, since, objected: objected === 1, reason, unit };
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
async function asked(address, { body, may = [], shown = "", waits = () => {} } = {}) {
  const pauses = [...PAUSES_MS];
  let turn = "";
  let turns = MOST_TURNS;
  for (;;) {
    const answer = await tried(address, body, { [WORK]: shown, [TURN]: turn });
    if (answer?.ok || may.includes(answer?.status)) return answer;
    if (answer?.status === NOT_YOUR_TURN && turns) {
      turns -= 1;
      ({ turn = "" } = await answer.json().catch(() => ({})));
      waits();
      await rest(1_000 * (Number(answer.headers.get("Retry-After")) || 1));
      continue;
    }
    const again = !answer || BUSY.has(answer.status);
    if (!again) throw new Unsent("report.refused");
    if (!pauses.length) throw new Unsent(answer ? "report.busy" : "report.offline");
    await rest(pauses.shift());
  }
}

function rest(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function tried(address, body, more) {
  const method = body ? "POST" : "GET";
  const said = Object.entries(more).filter(([, value]) => value);
  const headers = { ...(body && { "Content-Type": "application/cbor" }), ...Object.fromEntries(said) };
  return askQuietly(address, { method, body, headers });
}
