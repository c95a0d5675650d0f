/**
 * One case: read, answered, noted upon, passed on, closed. What is typed stays in its field until
 * the server has it: somebody quicker, a lost connection and a locked page lose none of it.
 */

import { hex } from "./cose.js";
import { openWith, sealTo } from "./hpke.js";
import { element, fill, isRight, screenOf, showScreen } from "./lapor-screens.js";
import { Quicker, Refused } from "./reading-api.js";
import { drawCase, drawPlaces, drawProposal, may, tell } from "./reading-case-view.js";
import { useFiles } from "./reading-files.js";
import { useOpening } from "./reading-openings.js";
import { handlersOf } from "./reading-route.js";
import { openCase, sealNote, sealReply, wrapsFor } from "./reading-thread.js";
import { unitName } from "./reading-words.js";
import { dayInWords, say } from "./words.js";

const LETTERS = ["received", "inquiry", "more", "result"];
const DRAWN = [
  "case-number", "standing", "warnings", "answers", "story", "who-wrote", "case-messages", "notes",
  "proposal", "because", "other-proposal", "places", "case-done", "case-fault", "no-answer", "next-hint",
];
const NEWS_WITHIN_MS = 14 * 86_400_000;
const utf8 = { in: new TextDecoder(), out: new TextEncoder() };
const DRAFT = utf8.out.encode("segel draft of a reader");

/**
 * {open(desk, id), resume(desk), leave()}. `goBack(id, done)` shows the inbox, `setAside(seen)` sets a case
 * aside there.
 */
export function useCase({ goBack, setAside, words }) {
  const screen = screenOf("case");
  const forms = Object.fromEntries(
    ["answer", "confirm", "note", "pass"].map((name) => [name, document.getElementById(name)]),
  );
  const field = (form, name) => forms[form].elements.namedItem(name);
  let desk = null;
  let found = null;
  let opened = null;
  let busy = false;
  // What was typed and not sent yet, by cases.
  let typed = new Map();
  // The same once the page has locked itself: sealed for whoever typed it, and for nobody else.
  let draft = null;
  const files = useFiles(screen.querySelector('[data-slot="files"]'));
  const opening = useOpening(document.getElementById("identity-of-case"), { act, done, words, showOriginals });

  for (const [name, work] of Object.entries({ answer: write, confirm: confirmSorting, note: keepNote, pass: passOn })) {
    forms[name].addEventListener("submit", (event) => {
      event.preventDefault();
      act(() => work(event.submitter?.value));
    });
  }
  on("[data-inbox]", () => {
    const { id } = found;
    shut();
    goBack(id);
  });
  on("[data-print]", () => print());
  on("[data-refresh]", () => act(load));
  on("[data-assign]", () => act(assign));
  on("[data-set-aside]", () => {
    const { id, state, messages } = found;
    shut();
    setAside({ id, state, messages: messages.length });
  });
  field("pass", "accused").addEventListener("change", () => drawPassing());
  const letters = screen.querySelector('[data-slot="letters"]');
  letters.append(...LETTERS.map(letterOf));

  function on(selector, work) {
    screen.querySelector(selector).addEventListener("click", work);
  }

  /** Show the case with this id. Throws Refused. */
  async function open(given, id) {
    desk = given;
    found = { id };
    try {
      await load();
    } catch (problem) {
      found = null;
      throw problem;
    }
    if (!found) return;
    const { text = "", note = "" } = typed.get(id) ?? {};
    field("answer", "text").value = text;
    field("note", "note").value = note;
    const units = desk.directory.units.map(({ name, code }) => new Option(name, code));
    field("pass", "accused").replaceChildren(new Option(say("case.not-said"), 0), ...units);
    const accused = opened.report?.answers.unit ?? 0;
    field("pass", "accused").value = units.some(({ value }) => value === String(accused)) ? String(accused) : "0";
    drawPassing();
    if (opened.report) drawProposal(forms.confirm, opened);
    isRight(screen, {});
    tell("case-done", "");
    tell("case-fault", "");
    for (const part of screen.querySelectorAll("details")) part.open = false;
    showScreen("case");
  }

  function showOriginals(identityKey) {
    if (found) files.show({ found, opened, desk, identityKey });
  }

  /** Fetch and open the case anew; what is typed stays. */
  async function load() {
    if (!found) return;
    const fetched = await desk.session.get(`cases/${found.id}`);
    const made = await openCase(fetched, desk.who.openingKey);
    if (!found) return;
    found = fetched;
    opened = made;
    drawCase({ found, opened, desk });
    files.show({ found, opened, desk });
    await opening.draw({ found, opened, desk });
  }

  /** Do it once, and say what became of it; where somebody was quicker, show what is new first. */
  async function act(work) {
    if (busy || !found) return;
    busy = true;
    isRight(screen, {});
    tell("case-done", "");
    tell("case-fault", "");
    try {
      await work();
    } catch (problem) {
      // Locked meanwhile: there is nobody to tell.
      if (!found) return;
      if (problem instanceof Quicker) await refresh().catch(requireRefused);
      fault(say(problem.why ?? "reading.failed", problem.values));
      if (!(problem instanceof Refused)) throw problem;
    } finally {
      busy = false;
    }
  }

  /** The case may have changed, and so may those who read. */
  async function refresh() {
    await desk.refresh();
    await load();
    drawPassing();
  }

  function fault(text) {
    tell("case-fault", text);
    screen.querySelector('[data-slot="case-fault"]').scrollIntoView({ block: "center" });
  }

  async function done(text) {
    await load();
    tell("case-done", text);
    // What was pressed may be gone.
    screen.querySelector('[data-slot="case-done"]').focus();
  }

  async function confirmSorting() {
    const chosen = (name) => field("confirm", name).value;
    const urgency = Number(chosen("urgency"));
    await post("open", { urgency });
    await load();
    const confirmed = { class: chosen("class"), urgency, route: chosen("route") };
    await sendNote({ confirmed });
    await done(say("case.done-confirmed"));
  }

  async function assign() {
    await post("assign");
    await load();
    // The server says that somebody works on it; who, only the unit is told.
    await sendNote({ works: true });
    await done(say("case.done-assigned"));
    field("answer", "text").focus({ preventScroll: true });
  }

  async function write(how) {
    const text = field("answer", "text").value.trim();
    if (!text) return void isRight(screen, { text: say("case.write-first") });
    if (!opened.isWhole) return fault(say("case.warn-broken"));
    const sealed = await sealReply(opened, text);
    const closes = how === "close";
    await post(closes ? "close" : "messages", sealed);
    forms.answer.reset();
    await done(say(closes ? "case.done-closed" : "case.done-sent"));
  }

  async function keepNote() {
    const text = field("note", "note").value.trim();
    if (!text) return void isRight(screen, { note: say("case.write-first") });
    await sendNote({ text });
    forms.note.reset();
    await done(say("case.done-noted"));
  }

  async function sendNote(content) {
    const { after, sealed, wraps } = await sealNote(opened, content, () => handlersAt(found.unit));
    await post("notes", { after, sealed, ...(wraps && { wraps }) });
  }

  /** The handlers of a unit whose keys are valid now. Throws Refused. */
  function handlersAt(unit) {
    if (now() >= desk.directory.expiresAt) throw new Refused("reading.keys-past");
    return handlersOf(desk.directory, unit, now());
  }

  async function passOn() {
    const unit = Number(field("pass", "unit")?.value);
    if (!unit) return void isRight(screen, { unit: say("case.choose-unit") });
    const name = unitName(desk.directory, unit);
    if (!confirm(say("case.really-pass", { unit: name }))) return;
    const handlers = handlersAt(unit);
    const wraps = await wrapsFor([opened.caseKey, opened.notesKey], handlers);
    await post("route", { unit, wraps });
    if (unit === found.unit) return done(say("case.done-shared"));
    const { id, number } = found;
    shut();
    await goBack(id, say("case.done-passed", { number, unit: name }));
  }

  function drawPassing() {
    const accused = Number(field("pass", "accused").value);
    drawPlaces(desk.directory, { accused, unit: found.unit, at: now() });
  }

  function letterOf(name) {
    const button = element("button", say(`letter.${name}`), "button small");
    button.type = "button";
    button.addEventListener("click", () => {
      const text = field("answer", "text");
      const day = dayInWords(new Date(Date.now() + NEWS_WITHIN_MS).toISOString().slice(0, 10));
      const letter = say(`letter.${name}-text`, { number: found.number, day });
      text.value = text.value.trim() ? `${text.value.trim()}\n\n${letter}` : letter;
      text.focus();
    });
    return button;
  }

  async function post(what, body = {}) {
    return desk.session.post(`cases/${found.id}/${what}`, inHex(body));
  }

  /** Take the case off the screen; what was typed to it is still there when it is opened again. */
  function shut() {
    const now = { text: field("answer", "text").value, note: field("note", "note").value };
    if (found && (now.text || now.note)) typed.set(found.id, now);
    else if (found) typed.delete(found.id);
    for (const form of Object.values(forms)) form.reset();
    opening.leave();
    files.leave();
    for (const name of DRAWN) fill(name, "", screen);
    found = opened = null;
  }

  /** Forget everything; what was typed is kept sealed, for `resume`. */
  function leave() {
    const id = found?.id ?? "";
    const who = desk?.who;
    shut();
    if (who && (id || typed.size)) {
      const plain = utf8.out.encode(JSON.stringify([...typed]));
      draft = { reader: hex(who.reader), id, sealed: sealTo(who.openingKey.sealing, plain, DRAFT) };
    }
    typed = new Map();
    desk = null;
  }

  /** Go on where this reader was when the page locked itself. Throws Refused. */
  async function resume(given) {
    const kept = draft;
    draft = null;
    if (kept?.reader !== hex(given.who.reader)) return;
    typed = new Map(JSON.parse(utf8.in.decode(await openWith(given.who.openingKey, await kept.sealed, DRAFT))));
    if (kept.id) await open(given, kept.id);
  }

  return { open, resume, leave };
}

/** The same with bytes as the server wants them. */
function inHex(body) {
  const spelled = (value) => {
    if (value instanceof Uint8Array) return hex(value);
    return Array.isArray(value) ? value.map(spelled) : value;
  };
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, spelled(value)]));
}

function now() {
  return Math.floor(Date.now() / 1000);
}

function requireRefused(problem) {
  if (!(problem instanceof Refused)) throw problem;
}
