/**
 * Opening an identity. A handler asks, tells the reporter, and puts the shares together; a custodian
 * reads why, hears six words from whoever asks, and passes their own share on or declines. Who wrote
 * is shown to the one who asked, on this screen, and is kept nowhere.
 */

import { areSame } from "./bytes.js";
import { hex, unhex } from "./cose.js";
import { digestOf } from "./envelope.js";
import { CannotOpenError, FormatError, WrongShareError } from "./errors.js";
import { element, fill, isRight, screenOf, show, showScreen } from "./lapor-screens.js";
import {
  areThese, custodiansIn, handlerIn, newWish, oneTimeKey, openKept, openReason, wordsOfWish,
} from "./opening.js";
import {
  identityKey, openIdentity, openPassedShare, openShare, ownShare, parseIdentity, passShare,
} from "./quorum.js";
import { Quicker, Refused } from "./reading-api.js";
import { sealReply } from "./reading-thread.js";
import { unitName } from "./reading-words.js";
import { listOf } from "./receipt.js";
import { dayInWords, say } from "./words.js";

const NAMED_BY = 8;
const UNDER_WAY = ["asked", "waiting"];
const SAID = ["purpose", "basis", "audience"];
// Of what may be done in which state (kiosk/domain/cases.py).
const AT_WORK = ["opened", "assigned", "answered", "reopened"];
const utf8 = new TextDecoder();

/**
 * {draw({found, opened, desk}), leave()}: asking for the identity of a case, in its page. `act(work)`
 * does something once and says why it was refused; `done(text)` loads the case anew and says it;
 * `showOriginals(identityKey)` lets originals be opened, and with null no longer.
 */
export function useOpening(section, { act, done, words, showOriginals }) {
  const list = listOf(words);
  const wish = section.querySelector("#wish");
  const release = section.querySelector("#release");
  const field = (name) => wish.elements.namedItem(name);
  let now = null;
  let mine = null;

  wish.addEventListener("submit", (event) => {
    event.preventDefault();
    act(ask);
  });
  release.addEventListener("submit", (event) => {
    event.preventDefault();
    act(open);
  });
  section.querySelector("[data-stop-opening]").addEventListener("click", () => act(stop));
  section.querySelector("[data-wipe]").addEventListener("click", wipe);

  /** Show where openings of this case stand. Throws Refused. */
  async function draw({ found, opened, desk }) {
    now = { found, opened, desk };
    wipe();
    section.hidden = !opened.caseKey;
    if (section.hidden) return;
    const reader = hex(desk.who.reader);
    const under = found.openings.find(({ state }) => UNDER_WAY.includes(state));
    // What its asker kept goes with the name.
    const own = found.identity ? found.openings.filter(({ asker }) => asker === reader) : [];
    mine = own.find((one) => one === under) ?? own.find(({ state }) => state === "released") ?? null;
    slot("opening-list").replaceChildren(...found.openings.map((one) => lineOf(one, reader, desk.directory)));
    const may = found.identity && !under && AT_WORK.includes(found.state) && opened.isWhole;
    section.querySelector("details").hidden = !may;
    fill("opening-shut", found.identity ? "" : say("opening.gone"), section);
    fill("opening-anonymous", opened.report?.mode === "anonymous" ? say("opening.anonymous") : "", section);
    slot("opening-mine").hidden = !mine;
    if (!mine) return;
    try {
      await asFault("opening.broken", drawMine);
    } catch (problem) {
      // The rest of the case can be read all the same.
      requireRefused(problem);
      fill("opening-next", say(problem.why, problem.values), section);
    }
  }

  async function drawMine() {
    const { found, desk } = now;
    const seen = await desk.session.get(`openings/${mine.id}`);
    const { key, digest } = await openKept(unhex(found.id), unhex(seen.kept), desk.who.openingKey);
    const wanted = { caseId: unhex(found.id), asker: desk.who.reader, oneTime: key.sealing, digest };
    const six = await wordsOfWish(wanted, list);
    // The page may have locked itself meanwhile.
    if (!now) return;
    fill("opening-words", six.join(" "), section);
    const free = isFree(seen);
    slot("opening-call").hidden = !UNDER_WAY.includes(mine.state);
    section.querySelector("[data-stop-opening]").hidden = !UNDER_WAY.includes(mine.state);
    release.hidden = !free;
    fill("opening-next", free ? "" : nextOf(seen), section);
  }

  async function ask() {
    const { found, opened, desk } = now;
    const said = Object.fromEntries(SAID.map((name) => [name, field(name).value.trim()]));
    const missing = SAID.filter((name) => !said[name]).map((name) => [name, say("opening.write")]);
    if (!isRight(wish, Object.fromEntries(missing))) return;
    if (!confirm(say("opening.really-ask"))) return;
    const caseId = unhex(found.id);
    const { custodians } = await desk.session.get(`cases/${found.id}/custodians`);
    const keys = await asFault("opening.no-custodians", () => custodiansIn(desk.directory, triplesOf(custodians)));
    const { unit } = desk.session;
    const reason = { number: found.number, unit, ...said };
    const made = await asFault("opening.long", () => newWish(caseId, reason, keys, desk.who.openingKey.sealing));
    const told = say("opening.told", { unit: unitName(desk.directory, unit), key: nameOf(hex(desk.who.reader)), ...said });
    const { after, epoch, sealed } = await asFault("opening.long", () => sealReply(opened, told));
    await desk.session.post(`cases/${found.id}/openings`, {
      key: hex(made.key),
      kept: hex(made.kept),
      reasons: made.reasons.map(([custodian, one]) => [hex(custodian), hex(one)]),
      told: { after, epoch, sealed: hex(sealed) },
    });
    wish.reset();
    section.querySelector("details").open = false;
    await done(say("opening.done-asked"));
  }

  async function stop() {
    if (!confirm(say("opening.really-stop"))) return;
    await now.desk.session.post(`openings/${mine.id}/stop`);
    await done(say("opening.done-stopped"));
  }

  async function open() {
    const sure = release.elements.namedItem("sure");
    if (!isRight(release, sure.checked ? {} : { sure: say("opening.tick") })) return;
    const { found, desk } = now;
    const caseId = unhex(found.id);
    const given = await desk.session.post(`openings/${mine.id}/release`);
    const { key } = await openKept(caseId, unhex(given.kept), desk.who.openingKey);
    const { identity, identityKey: opens, wrong } = await putTogether(given, { caseId, digest: unhex(found.identity_digest) }, key);
    // The reporter is told by the state of the opening: the server has written it down.
    await done(say(identity === null ? "opening.too-few" : "opening.done-released"));
    sure.checked = false;
    fill("opening-wrong", wrong.length ? say("opening.wrong", { keys: wrong.map(nameOf).join(", ") }) : "", section);
    if (identity === null) return;
    slot("identity").replaceChildren(...factsOf(identity));
    slot("identity-panel").hidden = false;
    showOriginals(opens);
    section.querySelector("[data-wipe]").focus();
  }

  function wipe() {
    slot("identity").replaceChildren();
    slot("identity-panel").hidden = true;
    showOriginals(null);
    fill("opening-wrong", "", section);
  }

  /** Forget everything. */
  function leave() {
    wipe();
    wish.reset();
    release.reset();
    fill("opening-words", "", section);
    slot("opening-list").replaceChildren();
    now = mine = null;
  }

  function slot(name) {
    return section.querySelector(`[data-slot="${name}"]`);
  }

  return { draw, leave };
}

/**
 * Who wrote, from the shares that were passed on: {identity, identityKey, wrong}. A share that is not the one
 * committed to is left out and named; `identity` is null where too few are left. Throws Refused where
 * the envelope is not the one that came with the report.
 */
export async function putTogether(given, { caseId, digest }, key) {
  const bytes = unhex(given.identity);
  if (!areSame(await digestOf(bytes), digest)) throw new Refused("opening.broken");
  const envelope = await asFault("opening.broken", () => parseIdentity(bytes));
  const shares = [];
  const wrong = [];
  for (const [reader, sealed] of Object.entries(given.shares)) {
    try {
      shares.push(await openPassedShare(envelope, caseId, unhex(reader), unhex(sealed), key));
    } catch (problem) {
      if (!(problem instanceof CannotOpenError)) throw problem;
      wrong.push(reader);
    }
  }
  try {
    const identity = utf8.decode(await openIdentity(envelope, caseId, shares));
    return { identity, identityKey: await identityKey(envelope, caseId, shares), wrong };
  } catch (problem) {
    if (!(problem instanceof CannotOpenError)) throw problem;
    return { identity: null, identityKey: null, wrong };
  }
}

/**
 * {enter(desk), leave()}: what a custodian is asked for. Each opening is read, and answered, in a
 * screen of its own.
 */
export function useOpenings({ words }) {
  const list = listOf(words);
  const screen = screenOf("opening");
  const heard = screen.querySelector("#heard");
  let desk = null;
  let open = null;
  let busy = false;

  for (const [selector, work] of Object.entries({
    "[data-to-openings]": back,
    "[data-decline]": decline,
  })) {
    screen.querySelector(selector).addEventListener("click", () => act(work));
  }
  heard.addEventListener("submit", (event) => {
    event.preventDefault();
    act(pass);
  });
  screenOf("openings").querySelector("[data-anew]").addEventListener("click", () => act(load));

  async function act(work) {
    if (busy || !desk) return;
    busy = true;
    tell("");
    isRight(screen, {});
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (problem instanceof Quicker && open) await read(open.seen.id).catch(requireRefused);
      tell(say(problem.why, problem.values));
    } finally {
      busy = false;
    }
  }

  function tell(text) {
    fill("openings-fault", text);
    show("openings-fault", Boolean(text));
  }

  /** Show what is asked for. Throws Refused. */
  async function enter(given) {
    desk = given;
    await load();
    showScreen("openings");
  }

  async function load() {
    const { openings } = await desk.session.get("openings");
    const own = hex(desk.who.reader);
    // What waits for this custodian stands first.
    openings.sort((one, other) => waitsFor(own, other) - waitsFor(own, one));
    const lines = openings.map((one) => buttonOf(one, own, () => act(() => read(one.id))));
    document.querySelector('[data-slot="openings"]').replaceChildren(...lines);
    show("no-openings", !lines.length);
    fill("openings-done", "");
  }

  async function back() {
    open = null;
    await load();
    showScreen("openings");
  }

  /** Open why an identity is asked for, and show it. */
  async function read(id) {
    const seen = await desk.session.get(`openings/${id}`);
    const caseId = unhex(seen.case);
    const oneTime = await asFault("opening.broken", () => oneTimeKey(unhex(seen.key)));
    const { reason, digest } = await asFault("opening.broken", () =>
      openReason(caseId, unhex(seen.reason), desk.who.openingKey, oneTime),
    );
    const asker = unhex(seen.asker);
    const unit = handlerIn(desk.directory, asker, Math.floor(Date.now() / 1000));
    open = { seen, caseId, oneTime, words: await wordsOfWish({ caseId, asker, oneTime, digest }, list) };
    const own = hex(desk.who.reader);
    const right = unit?.code === seen.unit && reason.unit === seen.unit && reason.number === seen.number;
    screen.querySelector('[data-slot="opening-facts"]').replaceChildren(
      ...[
        ["number", seen.number],
        ["asker", say("opening.asker-name", { unit: unitName(desk.directory, seen.unit), key: nameOf(seen.asker) })],
        ["since", dayInWords(seen.asked_on)],
        ["purpose", reason.purpose],
        ["basis", reason.basis],
        ["audience", reason.audience],
        ["standing", standingOf(seen)],
        ["objection", objectionOf(seen)],
        ["answer", say(`opening.answer-${answerOf(seen, own) ?? "none"}`)],
      ].map(([name, text]) => factOf(say(`opening.${name}`), text)),
    );
    fill("opening-suspect", right ? "" : say("opening.suspect"));
    show("opening-suspect", !right);
    show("opening-answer", Boolean(seen.share) && answerOf(seen, own) === null);
    heard.hidden = !right;
    heard.reset();
    showScreen("opening");
  }

  async function pass() {
    const faults = {};
    if (!areThese(open.words, heard.elements.namedItem("words").value)) faults.words = say("opening.other-words");
    if (!heard.elements.namedItem("agreed").checked) faults.agreed = say("opening.tick");
    if (!isRight(screen, faults)) return;
    const { seen, caseId, oneTime } = open;
    const { openingKey } = desk.who;
    const sealed = await asFault("opening.broken", async () => {
      const asked = triplesOf(seen.custodians);
      const [side, kem, reader] = asked.find(([, , one]) => hex(one) === hex(openingKey.sealing.id)) ?? [];
      const parts = { side, kem, reader, commitment: unhex(seen.commitment), sealed: unhex(seen.share) };
      const own = await ownShare(asked, parts);
      return passShare(own, caseId, await openShare(own, caseId, openingKey), oneTime);
    });
    await desk.session.post(`openings/${seen.id}/share`, { sealed: hex(sealed) });
    await back();
    fill("openings-done", say("opening.done-passed", { number: seen.number }));
  }

  async function decline() {
    const { seen } = open;
    if (!confirm(say("opening.really-decline", { number: seen.number }))) return;
    await desk.session.post(`openings/${seen.id}/decline`);
    await back();
    fill("openings-done", say("opening.done-declined", { number: seen.number }));
  }

  /** Forget everything. */
  function leave() {
    desk = open = null;
    heard.reset();
    for (const name of ["opening-facts", "openings"]) {
      document.querySelector(`[data-slot="${name}"]`).replaceChildren();
    }
  }

  return { enter, leave };
}

/** The same value, or a sentence instead of what is broken in what the server gave. */
async function asFault(why, work) {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof WrongShareError) throw new Refused("opening.own-wrong");
    if (problem instanceof CannotOpenError || problem instanceof FormatError) throw new Refused(why);
    throw problem;
  }
}

function buttonOf(opening, own, onClick) {
  const line = document.createElement("li");
  const button = element("button", say("opening.line", { number: opening.number, day: dayInWords(opening.asked_on) }), "button");
  button.type = "button";
  const waits = waitsFor(own, opening);
  if (waits) button.classList.add("main");
  button.append(element("span", waits ? say("opening.answer-none") : standingOf(opening), "state"));
  button.addEventListener("click", onClick);
  line.append(button);
  return line;
}

function lineOf(opening, reader, directory) {
  const line = element("li", "", "message");
  const who = opening.asker === reader ? say("opening.you") : say("opening.asker-name", {
    unit: unitName(directory, opening.unit),
    key: nameOf(opening.asker),
  });
  line.append(element("p", `${who}, ${dayInWords(opening.asked_on)}`, "who"), element("p", standingOf(opening)));
  if (opening.objected) line.append(element("p", objectionOf(opening)));
  return line;
}

/** Where an opening stands, in a sentence. */
function standingOf({ state, since, free_on: freeOn, granted, refused }) {
  const day = dayInWords(state === "waiting" ? freeOn : since);
  return say(`opening.state-${state}`, { day, granted: granted.length, refused: refused.length });
}

function objectionOf({ state, objected }) {
  if (!objected) return say("opening.not-objected");
  return say(UNDER_WAY.includes(state) ? "opening.objected" : "opening.has-objected");
}

function nextOf({ state, objected }) {
  if (!UNDER_WAY.includes(state)) return "";
  return say(objected ? "opening.next-objected" : `opening.next-${state}`);
}

/** Whether the shares may be had, as far as a browser can tell; the server decides. */
function isFree({ state, objected, granted, custodians, free_on: freeOn }) {
  if (state === "released") return true;
  if (state !== "waiting") return false;
  const all = custodians.every(([, , reader]) => granted.includes(reader));
  const today = new Date().toLocaleDateString("sv-SE");
  return all || (!objected && today >= freeOn);
}

function waitsFor(own, opening) {
  return answerOf(opening, own) === null && UNDER_WAY.includes(opening.state);
}

function answerOf({ granted, refused }, own) {
  if (granted.includes(own)) return "passed";
  return refused.includes(own) ? "declined" : null;
}

/** Who wrote, as they wrote it; or that they said nothing of themselves. */
function factsOf(identity) {
  if (!identity) return [element("p", say("opening.empty"))];
  let said;
  try {
    said = JSON.parse(identity);
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) throw problem;
    return [element("p", identity)];
  }
  const list = document.createElement("dl");
  for (const name of ["name", "contact"]) list.append(factOf(say(`opening.${name}`), String(said?.[name] ?? "")));
  return [list];
}

function factOf(name, text) {
  const line = document.createElement("div");
  line.append(element("dt", name), element("dd", text, "plain"));
  return line;
}

function triplesOf(custodians) {
  return custodians.map(([side, kem, reader]) => [side, kem, unhex(reader)]);
}

function nameOf(reader) {
  return reader.slice(0, NAMED_BY);
}

function requireRefused(problem) {
  if (!(problem instanceof Refused)) throw problem;
}
