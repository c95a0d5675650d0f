/**
 * The station: the screen of a kiosk or a desk. It reads the QR code of a sheet by itself; of the
 * card of whoever stands before it, pictures go to the office's computer after a press.
 *
 *     start -> sheet -> verdict -> card -> answer -> start
 *
 * What is known of a person is in `visit` and in the page, and at a reset both are thrown away.
 */

import { begin, carry, now } from "./carry.js";
import { showFaults } from "./faults.js";
import { rest, useIdle, wait } from "./idle.js";
import { renew, sayAge, useRenewal } from "./renewal.js";
import { showVerdict, slot } from "./show.js";
import { allowSound, playSound } from "./sound.js";
import { kindOf, showAnswer, showNoAnswer } from "./station-answer.js";
import { chooseCamera, fail, startCamera, stopCamera } from "./station-camera.js";
import { lookForCard } from "./station-card.js";
import { usePad } from "./station-pad.js";
import { endScan, openScan, Refused, typeCard } from "./station-scans.js";
import { lookForSheet } from "./station-sheet.js";
import { ABLE, counts, verdictOn } from "./verdict.js";
import { say } from "./words.js";

// Milliseconds without a touch, until it is said that this ends, and until it does.
const IDLE = { quiet: 40_000, warned: 20_000, sentence: "station.idle" };
const { root, readsCards } = document.getElementById("page").dataset;
// As the server sent it, before anybody was seen.
const untouched = slot("views").cloneNode(true);
const CONTROLS = "a, button, input, select, textarea, summary";

const nobody = () => ({ certificate: { code: null }, verdict: null, scan: null, aim: "sheet" });
let visit = nobody();
let view = "start";

document.documentElement.classList.add("js");
start();

async function start() {
  useButtons();
  useKeys();
  useIdle(() => reset(say("station.ended")), IDLE);
  useRenewal();
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", ({ persisted }) => persisted && reset());
  prepare();
  show("start");
  if (ABLE) await begin(root);
  await renew();
}

/** What a fresh page needs before anybody uses it. */
function prepare() {
  slot("insecure").hidden = window.isSecureContext;
  slot("choices").hidden = !window.isSecureContext;
  usePad();
}

function show(name) {
  const first = view === "start" && name === "start";
  view = name;
  for (const section of document.querySelectorAll("[data-view]")) {
    section.hidden = section.dataset.view !== view;
  }
  const heading = shown().querySelector("h1");
  document.title = `${heading.textContent} – ${document.title.split(" – ").pop()}`;
  if (!first) heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  if (view === "start") rest();
  else wait();
}

function shown() {
  return document.querySelector(`[data-view="${view}"]`);
}

// --- The sheet

function readSheet() {
  visit.aim = "sheet";
  showCamera();
  return startCamera({ aim: "sheet", every: 300, look: lookForSheet(judge) });
}

function showCamera() {
  const card = visit.aim === "card";
  slot("aim-title").textContent = say(`station.aim-${visit.aim}`);
  slot("stays").hidden = card;
  slot("leaves").hidden = !card;
  show("camera");
}

/** Check the text of a QR code and show the verdict; again, if newer lists arrive late. */
async function judge(text) {
  stopCamera();
  const mine = visit;
  mine.certificate = { code: text };
  show("work");
  const present = async () => {
    const verdict = await verdictOn(text);
    if (visit === mine) display(verdict);
  };
  if (ABLE) await carry(present);
  await present();
}

function display(verdict) {
  const same = visit.verdict?.outcome === verdict.outcome;
  visit.verdict = verdict;
  showVerdict(verdict, now());
  slot("to-card").hidden = !counts(verdict);
  sayAge();
  if (same) return;
  stopCamera();
  show("result");
  playSound(verdict.outcome);
}

// --- The card

async function readCard() {
  if (readsCards !== "yes") return goType();
  const mine = visit;
  mine.aim = "card";
  showCamera();
  try {
    await beginScan(mine, mine.certificate);
  } catch (problem) {
    if (visit === mine) refuse(problem);
    return undefined;
  }
  // Somebody may have turned away meanwhile.
  if (visit !== mine || view !== "camera") return undefined;
  const look = lookForCard(mine.scan, { answered, failed });
  return startCamera({ aim: "card", every: 400, widest: 1280, look });
}

/** Begin a scan for `certificate`, unless one has begun. */
async function beginScan(mine, certificate) {
  const same = JSON.stringify(mine.certificate) === JSON.stringify(certificate);
  if (mine.scan && same) return;
  if (mine.scan) endScan(mine.scan);
  mine.scan = null;
  mine.certificate = certificate;
  const scan = await openScan(certificate);
  if (visit === mine) mine.scan = scan;
  else endScan(scan);
}

function answered(state) {
  stopCamera();
  showAnswer(state);
  show("answer");
  playSound(kindOf(state));
}

/** The scan has no answer, but may have one at the next try. */
function failed(problem) {
  if (!(problem instanceof Refused)) return fail("no-answer");
  if (problem.status === 404) visit.scan = null;
  return fail("", problem.message);
}

/** There is no scan, and there will be none. */
function refuse(problem) {
  stopCamera();
  const known = problem instanceof Refused;
  showNoAnswer(
    known && problem.status === 403 ? "refused" : "failed",
    known ? problem.message : say("station.no-answer"),
  );
  show("answer");
  playSound("failed");
}

// --- Typing

function goType() {
  stopCamera();
  slot("certificate").hidden = Boolean(visit.verdict);
  show("type");
}

async function typed(form) {
  const mine = visit;
  const { number, code, nik, birth } = Object.fromEntries(new FormData(form));
  const button = form.querySelector(".main");
  button.disabled = true;
  showFaults(form, {});
  try {
    await beginScan(mine, mine.verdict ? mine.certificate : { number, code });
    const state = await typeCard(mine.scan, { nik, birth });
    if (visit === mine) answered(state);
  } catch (problem) {
    if (visit !== mine) return;
    if (problem.status === 404) mine.scan = null;
    if (problem.status === 403) refuse(problem);
    else showFaults(form, faultsOf(problem));
  } finally {
    button.disabled = false;
  }
}

function faultsOf(problem) {
  if (problem instanceof Refused) return problem.faults ?? { form: problem.message };
  if (problem instanceof TypeError || problem instanceof DOMException) {
    return { form: say("station.no-answer") };
  }
  throw problem;
}

// --- The end

function back() {
  if (visit.verdict && (view === "camera" || view === "type")) {
    stopCamera();
    show("result");
  } else if (view !== "start") {
    reset();
  }
}

/** Forget everybody; `announcement` is read out. */
function reset(announcement = "") {
  leave();
  slot("views").replaceWith(untouched.cloneNode(true));
  slot("announce").textContent = announcement;
  prepare();
  sayAge();
  show("start");
}

function leave() {
  stopCamera();
  if (visit.scan) endScan(visit.scan);
  visit = nobody();
}

// --- Buttons and keys

const WAYS = { start: () => reset(), sheet: readSheet, card: readCard, type: goType };
const ACTIONS = {
  back,
  next: () => reset(),
  retry: () => (view === "camera" && visit.aim === "sheet" ? readSheet() : readCard()),
  stay: wait,
};

function useButtons() {
  document.addEventListener("pointerdown", allowSound);
  document.addEventListener("keydown", allowSound);
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-go], [data-do]");
    if (!target) return;
    event.preventDefault();
    (WAYS[target.dataset.go] ?? ACTIONS[target.dataset.do])();
  });
  document.addEventListener("change", ({ target }) => {
    if (target.id !== "camera") return;
    chooseCamera(target.value);
    ACTIONS.retry();
  });
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    typed(event.target);
  });
}

/** Escape goes back; Enter and Space press the main button, wherever nothing else has the focus. */
function useKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") back();
    if (event.key !== "Enter" && event.key !== " ") return;
    if (event.target.closest(CONTROLS)) return;
    event.preventDefault();
    [...shown().querySelectorAll(".main")].find((button) => button.offsetParent)?.click();
  });
}

// Whatever breaks in this page says nothing against anybody.
function broken() {
  stopCamera();
  showNoAnswer("failed", say("answer-do.failed"));
  show("answer");
}
window.addEventListener("error", broken);
window.addEventListener("unhandledrejection", broken);
