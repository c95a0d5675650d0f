/** Reading the answers to a report, and writing back, by its code. */

import { hex } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { digestOf, DIRECTION, isOwnKey, openMessage, sealMessage, unwrapKey } from "./envelope.js";
import { KEM, openingKey } from "./hpke.js";
import { fetchSalt, fetchScript, fetchThread, sendChunk, sendMessage, sendObjection, Unsent, whyOf } from "./lapor-post.js";
import { element, fill, isRight, screenOf, show, showScreen } from "./lapor-screens.js";
import { bytesOf, withFiles } from "./lapor-seal.js";
import { useTraces } from "./lapor-writing.js";
import { deriveKeys, listOf, MISTAKE, parseReceipt, ReceiptError } from "./receipt.js";
import { dayInWords, say } from "./words.js";

const VERSION = 1;
const UNDER_WAY = ["asked", "waiting"];
const AGAIN = ["report.offline", "report.busy"];
const utf8 = new TextDecoder();

/** Make `form` open a case, show it and write to it. */
export function useReply(form, { setup, words }) {
  const list = listOf(words);
  const field = (name) => form.elements.namedItem(name);
  let keys = null;
  let open = null;
  let files = null;
  let sendFiles = null;
  // A message as it was sealed, to be sent again unaltered; and once it was taken, its files.
  let draft = null;
  let onTheWay = null;
  let busy = false;

  useTraces(form, () => true);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    try {
      if (onTheWay) await sendRest();
      else await (open ? reply() : enter());
    } catch (problem) {
      const rest = onTheWay && AGAIN.includes(whyOf(problem)) ? ` ${say("reply.files-again")}` : "";
      wrong(say(whyOf(problem)) + rest);
      // What can never arrive does not keep its writer from writing.
      if (!AGAIN.includes(whyOf(problem))) onTheWay = null;
      if (whyOf(problem) === "report.failed") throw problem;
    } finally {
      busy = false;
      form.removeAttribute("aria-busy");
      show("sending-files", false);
      fill("wait", "");
    }
  });

  function wrong(text) {
    isRight(screenOf(open ? "thread" : "enter"), { [open ? "reply" : "receipt"]: text });
  }

  async function enter() {
    let receipt;
    try {
      receipt = parseReceipt(field("receipt").value, list);
    } catch (problem) {
      if (!(problem instanceof ReceiptError)) throw problem;
      return wrong(sentenceOf(problem));
    }
    fill("wait", say("reply.wait"));
    keys = await deriveKeys(receipt, await fetchSalt());
    if (!(await refresh())) return wrong(say("reply.unknown"));
    field("receipt").value = "";
    showScreen("thread");
    if (open.trusted && setup.files) await takeFiles();
  }

  /** What lets files be picked; without it a text can be written all the same. */
  async function takeFiles() {
    const { script, slots, ...limits } = setup.files;
    // Nobody has the identity's key any more, so there are no originals.
    const left = { ...limits, slots: slots - nextFile(), originals: false };
    const module = await fetchScript(script);
    files = module?.useFiles(screenOf("thread"), left);
    sendFiles = module?.sendFiles;
    show("picking", Boolean(files));
    show("no-picking", !files);
  }

  const nextFile = () => Math.max(-1, ...open.files.map((file) => file.number)) + 1;

  /** Fetch and open everything; false where there is no such case. */
  async function refresh() {
    const thread = await fetchThread(keys.proof);
    if (!thread) return false;
    open = await opened(thread, keys.seed);
    fill("number", thread.number);
    fill("state", say(`reply.state-${thread.state}`));
    fill("received", dayInWords(thread.receivedOn));
    fill("due", dueInWords(thread.due));
    document.querySelector('[data-slot="messages"]').replaceChildren(
      ...open.said.map((one) => lineOf(one, open.files)),
    );
    document.querySelector('[data-slot="openings"]').replaceChildren(...thread.openings.map(openingOf));
    show("opened", thread.openings.length > 0);
    show("trusted", open.trusted);
    show("untrusted", !open.trusted);
    return true;
  }

  /** That somebody wants to know who the writer is, or does, is said before anything else. */
  function openingOf({ id, askedOn, state, since, objected, reason, unit }) {
    const line = element("li", "", "message office");
    const why = open.said.find((one) => hex(one.digest) === hex(reason));
    line.append(
      element("p", say("reply.opening-since", { day: dayInWords(askedOn) })),
      element("p", unit ? say("reply.opening-by", { unit }) : ""),
      element("p", say(`reply.opening-${state}`, { day: dayInWords(since) })),
      element("p", why?.text ?? say("reply.opening-no-reason")),
    );
    if (UNDER_WAY.includes(state)) {
      line.append(objected ? element("p", say("reply.opening-objected")) : objectionTo(id));
    }
    return line;
  }

  function objectionTo(id) {
    const button = element("button", say("reply.object"), "button");
    button.type = "button";
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await sendObjection(keys.proof, id);
        await refresh();
      } catch (problem) {
        button.disabled = false;
        wrong(say(problem instanceof Unsent ? problem.why : "report.failed"));
        if (!(problem instanceof Unsent)) throw problem;
      }
    });
    return button;
  }

  async function reply() {
    const text = field("reply").value.trim();
    if (files?.fault()) return isRight(screenOf("thread"), { files: files.fault() });
    if (!text && !files?.list().length) return wrong(say("reply.nothing"));
    fill("wait", say("report.progress-sending"));
    const picked = files?.list().map(({ name, size, lastModified }) => [name, size, lastModified]);
    const what = JSON.stringify([text, picked]);
    if (draft?.what !== what) draft = { what, ...(await sealedReply(text)) };
    if (!(await sendMessage(keys.proof, draft))) {
      draft = null;
      await refresh();
      return wrong(say("reply.more"));
    }
    field("reply").value = "";
    field("reply").dispatchEvent(new Event("input"));
    onTheWay = draft.attached;
    draft = null;
    files?.wipe();
    await sendRest();
  }

  async function sealedReply(text) {
    const { caseId, key, said, sequence, previous } = open;
    const place = { direction: DIRECTION.toOffice, sequence, previous };
    const picked = await files?.seal({ caseId, key: key.secret, first: nextFile() });
    const message = withFiles({ v: VERSION, text }, picked?.named ?? []);
    const sealed = await sealMessage(key, place, bytesOf(message));
    const after = said.length ? said[said.length - 1].number : 0;
    return { after, epoch: key.epoch, sealed, attached: picked?.files ?? [] };
  }

  /** Send the files of a message that was taken, from where it broke off. */
  async function sendRest() {
    if (onTheWay.length) {
      show("sending-files", true);
      fill("wait", say("report.progress-files"));
      const bar = document.querySelector("progress");
      const send = (...chunk) => sendChunk({ proof: keys.proof, caseId: open.caseId }, ...chunk);
      await sendFiles(onTheWay, send, (part) => (bar.value = part));
    }
    onTheWay = null;
    await refresh();
    isRight(screenOf("thread"), {});
    fill("sent", say("reply.sent"));
  }

  function wipe() {
    form.reset();
    files?.wipe();
    keys = open = draft = onTheWay = null;
    document.querySelector('[data-slot="messages"]').replaceChildren();
  }

  showScreen("enter");
  return wipe;
}

function sentenceOf({ mistake, place, typed }) {
  if (mistake === MISTAKE.word || mistake === MISTAKE.character) return say(`reply.${mistake}`, { place, typed });
  return say(`reply.${mistake}`);
}

/** By when the office is to do something, or that it is late. */
function dueInWords(day) {
  if (!day) return say("reply.due-none");
  // The last moment of the day, by the clock of this device: nobody is told too early that it is late.
  const isLate = new Date(`${day}T23:59:59`) < new Date();
  return say(isLate ? "reply.due-late" : "reply.due", { day: dayInWords(day) });
}

/**
 * The case, as far as its key opens it: {key, trusted, said, sequence, previous}. Under a key that
 * is not the writer's own nothing is believed, and nothing is written.
 */
async function opened(thread, seed) {
  const reader = await openingKey(KEM.x25519, seed);
  const said = [];
  let previous = thread.identityDigest;
  let sequence = 0;
  let key = null;
  try {
    key = await unwrapKey(thread.own, thread.caseId, reader);
    if (!(await isOwnKey(seed, key, thread.ownProof))) key = null;
  } catch (problem) {
    if (!(problem instanceof CannotOpenError)) throw problem;
  }
  for (const message of thread.messages) {
    const place = { direction: message.direction, sequence: message.sequence, previous };
    const digest = await digestOf(message.sealed);
    said.push({ ...message, digest, ...(key && (await saidIn(key, place, message))) });
    previous = digest;
    if (message.direction === DIRECTION.toOffice) sequence = message.sequence + 1;
  }
  const { caseId, files } = thread;
  return { caseId, files, key, trusted: key !== null, said, sequence, previous };
}

/** What a message says, {text, files}; null where it does not open: another key's, or out of its place. */
async function saidIn(key, place, { epoch, direction, sealed }) {
  if (epoch !== key.epoch || direction === DIRECTION.note) return null;
  try {
    const plain = JSON.parse(utf8.decode(await openMessage(key, place, sealed)));
    const files = Array.isArray(plain.files) ? plain.files : [];
    return { text: String(plain.text ?? plain.story ?? ""), files };
  } catch (problem) {
    if ([CannotOpenError, FormatError, SyntaxError].some((kind) => problem instanceof kind)) return null;
    throw problem;
  }
}

function lineOf({ direction, day, text, files = [] }, kept) {
  const office = direction !== DIRECTION.toOffice;
  const line = element("li", "", office ? "message office" : "message");
  const who = say(office ? "reply.from-office" : "reply.from-you");
  line.append(element("p", `${who}, ${dayInWords(day)}`, "who"), element("span", text ?? say("reply.shut")));
  for (const { id, name } of files.filter((file) => file.key === "case")) {
    const arrived = kept.some((file) => file.arrived && hex(file.id) === id);
    const said = arrived ? "reply.file-arrived" : "reply.file-missing";
    line.append(element("p", say(said, { name: name || say("files.picture") }), "who"));
  }
  return line;
}
