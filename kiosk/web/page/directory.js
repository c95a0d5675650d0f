/**
 * The key directory of sealed reports, and who is left out before anything is sealed
 * (docs/formats/directory.md). The twin of signing/directory.py.
 */

import { areSame } from "./bytes.js";
import { readCbor } from "./cbor.js";
import { hex, isBytes, keyIdOf, parseSign1, sha256, verifySign1 } from "./cose.js";
import { FormatError, NoReaderError, SignatureError } from "./errors.js";
import { KEM, sealingKey } from "./hpke.js";
import { INTERNAL, MOST_EXTERNAL, NEEDED_EXTERNAL } from "./quorum.js";

const TYPE = "segel-directory";
const VERSION = 1;
const ISSUED = 6;
const DIRECTORY = -65542;
const DIGEST_BYTES = 32;
// Compiled in: no signed directory can ask for less.
export const NEEDED_APPROVALS = 2;
const MOST_APPROVALS = 8;
const LONGEST = 2 ** 22;
const LONGEST_APPROVAL = 256;
const NAME = /^[ -~]{1,80}$/;
const LATEST = 2 ** 37;
const LARGEST = 2 ** 32;

/** What a key may open. */
export const ROLE = { handler: 1, internal: 2, external: 3 };

/**
 * The directory in `bytes`, once two of the holders whose points are `roots` approved it. Whether
 * it follows the one that was seen before is for the caller to see (`requireSuccessor`); one past
 * its day gives no `route`.
 * Throws FormatError or SignatureError.
 */
export async function verifyDirectory(bytes, roots) {
  if (bytes.length > LONGEST) throw new FormatError(`more than ${LONGEST} bytes`);
  const parts = readCbor(bytes);
  if (!Array.isArray(parts) || parts.length !== 2 || !isBytes(parts[0])) {
    throw new FormatError("not a directory");
  }
  const [body, approvals] = parts;
  if (!Array.isArray(approvals) || approvals.length > MOST_APPROVALS) {
    throw new FormatError("not the approvals of a directory");
  }
  const directory = await parseDirectory(body);
  const approved = new Set();
  for (const approval of approvals) {
    const point = await approvedBy(approval, directory, roots);
    if (point) approved.add(hex(point));
  }
  if (approved.size < NEEDED_APPROVALS) {
    throw new SignatureError("fewer holders approved of the directory than it needs");
  }
  return directory;
}

/** The point of the holder whose approval this is; null if it is none of theirs. */
async function approvedBy(approval, directory, roots) {
  if (!isBytes(approval)) throw new FormatError("an approval has another kind");
  const message = parseSign1(approval, LONGEST_APPROVAL);
  requireClaims(message, directory);
  for (const root of roots) {
    if ((await keyIdOf(root)) !== message.keyId) continue;
    try {
      await verifySign1(message, root);
      return root;
    } catch (problem) {
      // Ids of keys are short and may meet.
      if (!(problem instanceof SignatureError)) throw problem;
    }
  }
  return null;
}

function requireClaims({ type, claims }, directory) {
  const fields = claims.get(DIRECTORY);
  if (
    type !== TYPE ||
    [...claims.keys()].join() !== [ISSUED, DIRECTORY].join() ||
    claims.get(ISSUED) !== directory.issuedAt ||
    !Array.isArray(fields) ||
    fields.length !== 3 ||
    fields[0] !== VERSION ||
    fields[1] !== directory.serial ||
    !isBytes(fields[2]) ||
    !areSame(fields[2], directory.digest)
  ) {
    throw new FormatError("an approval of something else");
  }
}

/** The directory in `body`; whether anybody approved of it is another question. */
export async function parseDirectory(body) {
  const parts = readCbor(body);
  if (!Array.isArray(parts) || parts.length !== 7 || parts[0] !== VERSION) {
    throw new FormatError("not a directory of version 1");
  }
  const [, serial, previous, issuedAt, expiresAt, units, keys] = parts;
  if (!isBytes(previous, DIGEST_BYTES)) {
    throw new FormatError("a directory names the one before by its digest");
  }
  if (!Array.isArray(units) || !Array.isArray(keys)) {
    throw new FormatError("not the lists of a directory");
  }
  const directory = {
    serial: whole(serial, LARGEST),
    previous,
    issuedAt: whole(issuedAt, LATEST),
    expiresAt: whole(expiresAt, LATEST),
    units: units.map(unitOf),
    keys: await Promise.all(keys.map(keyOf)),
    digest: await sha256(body),
  };
  requireUnits(directory);
  return directory;
}

function unitOf(parts) {
  if (!Array.isArray(parts) || parts.length !== 4) throw new FormatError("not a unit");
  const [code, name, above, outside] = parts;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new FormatError("a unit has a name of one line, in ASCII");
  }
  return {
    code: whole(code, LARGEST),
    name,
    above: whole(above, LARGEST),
    outside: whole(outside, 2) === 1,
  };
}

async function keyOf(parts) {
  if (!Array.isArray(parts) || parts.length !== 7) throw new FormatError("not a key of a directory");
  const [unit, role, kem, bytes, validFrom, until, epoch] = parts;
  if (!Object.values(ROLE).includes(role) || !Object.values(KEM).includes(kem)) {
    throw new FormatError("a key of an unknown kind");
  }
  if (!isBytes(bytes)) throw new FormatError("a key has another kind");
  return {
    unit: whole(unit, LARGEST),
    role,
    key: await sealingKey(kem, bytes),
    validFrom: whole(validFrom, LATEST),
    until: whole(until, LATEST),
    epoch: whole(epoch, LARGEST),
  };
}

function requireUnits({ units, keys }) {
  if (units.some((unit, index) => unit.code <= (units[index - 1]?.code ?? 0))) {
    throw new FormatError("units stand by rising code, each once");
  }
  const known = byCode(units);
  if (units.some((unit) => unit.above && !known.has(unit.above))) {
    throw new FormatError("a unit stands below one that is not there");
  }
  if (keys.some((key) => !known.has(key.unit))) {
    throw new FormatError("a key of a unit that is not there");
  }
  if (new Set(keys.map(({ key }) => hex(key.id))).size !== keys.length) {
    throw new FormatError("a key stands there twice");
  }
  for (const unit of units) lineOf(known, unit.code);
}

function byCode(units) {
  return new Map(units.map((unit) => [unit.code, unit]));
}

/** The unit with this code and all above it, from below. */
function lineOf(known, code) {
  const line = [];
  for (let at = code; at; at = known.get(at).above) {
    if (line.includes(known.get(at))) {
      throw new FormatError("units stand above each other in a ring");
    }
    line.push(known.get(at));
  }
  return line;
}

/** Return if `after` may follow `before` directly: nothing taken away, nothing changed. */
export function requireSuccessor(before, after) {
  if (after.serial !== before.serial + 1 || !areSame(after.previous, before.digest)) {
    throw new SignatureError("a directory that does not follow the one before");
  }
  if (after.issuedAt < before.issuedAt) {
    throw new SignatureError("a directory older than the one before");
  }
  if (after.keys.length < before.keys.length) {
    throw new SignatureError("a key is gone from the directory");
  }
  before.keys.forEach((old, index) => {
    const key = after.keys[index];
    const ended = old.until === 0 && key.until >= after.issuedAt;
    const unchanged =
      ["unit", "role", "validFrom", "epoch"].every((name) => old[name] === key[name]) &&
      areSame(old.key.id, key.key.id);
    if (!unchanged || !(old.until === key.until || ended)) {
      throw new SignatureError("a key of the directory was changed");
    }
  });
}

/**
 * Who reads a report: the unit `near`, or the next above that may, when some are accused:
 * {unit, insteadOf, excluded, handlers, internal, external}. Throws NoReaderError.
 */
export function route(directory, { near, accused = [], at }) {
  const known = byCode(directory.units);
  if (at >= directory.expiresAt) throw new NoReaderError("the directory is past its day");
  if (![near, ...accused].every((code) => known.has(code))) {
    throw new NoReaderError("a unit that is not in the directory");
  }
  const excluded = excludedBy(known, accused);
  const valid = directory.keys.filter(
    (key) => key.validFrom <= at && (!key.until || at < key.until) && !excluded.has(key.unit),
  );
  // In the directory's order: who stands behind is called when somebody before is left out.
  const internal = valid.filter((key) => key.role === ROLE.internal).slice(0, INTERNAL);
  const external = valid.filter((key) => key.role === ROLE.external).slice(0, MOST_EXTERNAL);
  if (internal.length < INTERNAL || external.length < NEEDED_EXTERNAL) {
    throw new NoReaderError("too few custodians are left");
  }
  const insteadOf = [];
  for (const unit of lineOf(known, near)) {
    const handlers = valid.filter((key) => key.role === ROLE.handler && key.unit === unit.code);
    if (handlers.length) return { unit, insteadOf, excluded, handlers, internal, external };
    insteadOf.push(unit);
  }
  throw new NoReaderError("no unit is left that may read it");
}

/** The codes of the units that read nothing about these accused ones. */
export function leftOut({ units }, accused) {
  return excludedBy(byCode(units), accused);
}

function excludedBy(known, accused) {
  const excluded = new Set(accused);
  const commanding = accused.filter((code) => !known.get(code).outside);
  for (const code of commanding) {
    const above = known.get(known.get(code).above);
    if (above && !above.outside) excluded.add(above.code);
  }
  for (const code of known.keys()) {
    if (lineOf(known, code).some((unit) => commanding.includes(unit.code))) excluded.add(code);
  }
  return excluded;
}

function whole(value, below) {
  if (!Number.isInteger(value) || value < 0 || value >= below) {
    throw new FormatError(`not a whole number below ${below}`);
  }
  return value;
}
