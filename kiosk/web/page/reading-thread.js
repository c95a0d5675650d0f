/**
 * Sealed cases, opened with a handler's key, and what is written to them. A field is taken for what
 * a stranger typed: of a choice only the values that there are, of a text only text.
 */

import { unhex } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";
import {
  caseKey, digestOf, DIRECTION, openMessage, PURPOSE, sealMessage, unwrapKey, wrapKey,
} from "./envelope.js";

const VERSION = 1;
const CHOICES = {
  danger: ["now", "no"],
  kind: ["discipline", "ethics", "levy", "violence", "other"],
  duty: ["on", "off", "unknown"],
  when: ["ongoing", "today", "week", "longer"],
};
const MODES = ["open", "confidential", "anonymous"];
const CLASSES = CHOICES.kind;
export const ROUTES = ["discipline", "ethics", "inquiry", "crime"];
const URGENCIES = [1, 2, 3];
const utf8 = { in: new TextDecoder("utf-8", { fatal: true }), out: new TextEncoder() };

/** What a page of the inbox says of a case, opened: {caseKey, report}; both null where it does not open. */
export async function openEntry({ id, wrap, first, identity_digest: digest }, openingKey) {
  try {
    const key = await caseKeyIn(unhex(wrap), unhex(id), openingKey);
    const place = { direction: DIRECTION.toOffice, sequence: 0, previous: unhex(digest) };
    return { caseKey: key, report: reportIn(await openMessage(key, place, unhex(first))) };
  } catch (problem) {
    requireShut(problem);
    return { caseKey: null, report: null };
  }
}

/**
 * A whole case, opened: {caseKey, notesKey, report, said, notes, nextMessage, nextNote, isWhole}.
 * Where a message does not open, `isWhole` is false, and nothing should be written: a server may
 * have left something out, or put something in.
 */
export async function openCase(found, openingKey) {
  const caseId = unhex(found.id);
  const opened = { caseKey: null, notesKey: null };
  for (const { wrap } of found.wraps) {
    const key = await shutOr(() => unwrapKey(unhex(wrap), caseId, openingKey));
    if (key?.epoch === 0 && key.purpose === PURPOSE.case) opened.caseKey = key;
    if (key?.epoch === 0 && key.purpose === PURPOSE.notes) opened.notesKey = key;
  }
  const start = unhex(found.identity_digest);
  const said = await chainOf(found.messages, opened.caseKey, start);
  const notes = await chainOf(
    found.notes.map((note, index) => ({ ...note, direction: DIRECTION.note, sequence: index, epoch: 0 })),
    opened.notesKey,
    start,
  );
  const toReporter = said.lines.filter(({ direction }) => direction === DIRECTION.toReporter).length;
  return {
    ...opened,
    report: said.lines.length && said.lines[0].plain ? reportIn(said.lines[0].plain) : null,
    said: said.lines,
    notes: notes.lines,
    isWhole: said.isWhole,
    nextMessage: {
      after: said.lines.length,
      place: { direction: DIRECTION.toReporter, sequence: toReporter, previous: said.last },
    },
    nextNote: {
      after: notes.lines.length,
      place: { direction: DIRECTION.note, sequence: notes.lines.length, previous: notes.last },
    },
  };
}

/** A text to the reporter, as it is sent: {after, epoch, sealed}. */
export async function sealReply({ caseKey: key, nextMessage }, text) {
  const sealed = await sealMessage(key, nextMessage.place, bytesOf({ v: VERSION, text }));
  return { after: nextMessage.after, epoch: key.epoch, sealed };
}

/**
 * A note for the unit's own handlers, as it is sent: {after, sealed, wraps}. The first note brings
 * the key of the notes along, wrapped for each of those whom `handlers()` gives; the reporter never
 * has it.
 */
export async function sealNote({ caseKey: key, notesKey, nextNote }, content, handlers) {
  const notes = notesKey ?? caseKey(key.caseId, { purpose: PURPOSE.notes });
  const wraps = notesKey ? null : await wrapsFor([notes], handlers());
  const sealed = await sealMessage(notes, nextNote.place, bytesOf({ v: VERSION, ...content }));
  return { after: nextNote.after, sealed, wraps };
}

/** These keys, wrapped for each of these entries of the directory. */
export async function wrapsFor(keys, handlers) {
  const each = keys.filter(Boolean).flatMap((key) => handlers.map((handler) => wrapKey(key, handler.key)));
  return Promise.all(each);
}

/** The report in the bytes of a first message. Throws FormatError. */
export function reportIn(bytes) {
  const plain = jsonIn(bytes);
  const answers = objectOr(plain.answers);
  const choose = (name) => oneOf(CHOICES[name], answers[name]);
  return {
    mode: oneOf(MODES, plain.mode),
    class: oneOf(CLASSES, plain.class) ?? "other",
    urgency: oneOf(URGENCIES, plain.urgency) ?? URGENCIES[URGENCIES.length - 1],
    route: oneOf(ROUTES, plain.route) ?? "inquiry",
    answers: {
      danger: choose("danger"),
      kind: choose("kind"),
      duty: choose("duty"),
      when: choose("when"),
      where: textOr(answers.where),
      who: textOr(answers.who),
      unit: Number.isInteger(answers.unit) ? answers.unit : 0,
    },
    story: textOr(plain.story),
    identity: plain.identity ? identityIn(objectOr(plain.identity)) : null,
  };
}

function identityIn({ name, contact }) {
  return { name: textOr(name), contact: textOr(contact) };
}

/** The key of the case in the wrap of an inbox: of the first epoch, for reading and answering. */
async function caseKeyIn(wrap, caseId, openingKey) {
  const key = await unwrapKey(wrap, caseId, openingKey);
  if (key.purpose !== PURPOSE.case || key.epoch !== 0) throw new FormatError("not the key of a case");
  return key;
}

/** Messages in their order, each opened at its place: {lines, last, isWhole}. */
async function chainOf(messages, key, start) {
  const lines = [];
  const counts = {};
  let last = start;
  let isWhole = Boolean(key);
  for (const [index, message] of messages.entries()) {
    const { direction, epoch } = message;
    const sealed = unhex(message.sealed);
    // Its place is counted here, and not believed.
    const sequence = counts[direction] ?? 0;
    counts[direction] = sequence + 1;
    const place = { direction, sequence, previous: last };
    const plain = key && epoch === key.epoch ? await shutOr(() => openMessage(key, place, sealed)) : null;
    const content = plain && (await shutOr(() => jsonIn(plain)));
    isWhole &&= Boolean(content) && message.number === index + 1;
    last = await digestOf(sealed);
    lines.push({ ...message, direction, digest: last, plain, content });
  }
  return { lines, last, isWhole };
}

function jsonIn(bytes) {
  try {
    return objectOr(JSON.parse(utf8.in.decode(bytes)));
  } catch (problem) {
    if (!(problem instanceof SyntaxError || problem instanceof TypeError)) throw problem;
    throw new FormatError("not a text of ours", { cause: problem });
  }
}

function bytesOf(value) {
  return utf8.out.encode(JSON.stringify(value));
}

async function shutOr(open) {
  try {
    return await open();
  } catch (problem) {
    requireShut(problem);
    return null;
  }
}

function requireShut(problem) {
  if (!(problem instanceof CannotOpenError || problem instanceof FormatError)) throw problem;
}

function objectOr(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

function textOr(value) {
  return typeof value === "string" ? value : "";
}

function oneOf(values, value) {
  return values.includes(value) ? value : null;
}
