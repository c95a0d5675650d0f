/**
 * The public page. What the QR code says stands in the address behind the #; it is taken out of the
 * address bar before anything else happens, checked here, and never sent.
 *
 * Views follow the history of the browser: `history.state` is {view, text?}. The text of a code
 * lives there, and so survives a reload without ever standing in an address again.
 */

import { takeHash } from "./first.js";
import { begin, carry, now } from "./carry.js";
import { startCamera, stopCamera, switchTorch } from "./camera.js";
import { withFile } from "./check.js";
import { useInstall } from "./install.js";
import { expectNik, useNik } from "./nik.js";
import { renew, sayAge, useRenewal } from "./renewal.js";
import { looksLikePoster } from "./poster.js";
import { offerCode, useReport } from "./report.js";
import { showVerdict, slot } from "./show.js";
import { allowSound, playSound } from "./sound.js";
import { clearUpload, fileChosen, sendFile } from "./upload.js";
import { ABLE, cannotCheck, counts, verdictOn } from "./verdict.js";
import { say } from "./words.js";

// The digits at the end of a QR code's text.
const TOKEN = /#?[0-9]{17,}$/;

let current = { text: null, file: null, verdict: null };

document.documentElement.classList.add("js");
start();

async function start() {
  useButtons();
  useNik();
  useReport(document.querySelector('[data-form="report"]'), {
    digits: () => digitsOf(current.text),
    sent: () => go("sent"),
  });
  useInstall();
  window.addEventListener("popstate", () => render());
  // A second code was scanned while the page was open: the same as a fresh start.
  window.addEventListener("hashchange", () => takeHash() && render());
  useRenewal();
  if (ABLE) await begin(document.getElementById("page").dataset.root);
  await render();
  await renew();
}

/** The digits of a certificate's code; nothing of a poster's, which is read anew where needed. */
function digitsOf(text) {
  if (!text || looksLikePoster(text)) return "";
  return TOKEN.exec(text)?.[0].replace("#", "") ?? "";
}

function go(view, more = {}) {
  history.pushState({ view, ...more }, "");
  return render();
}

/** Show what the history says is to be shown. */
async function render() {
  const { view = "start", text = null, file = null } = history.state ?? {};
  stopCamera();
  if (view === "result") {
    if (text !== null) return judge(text, file);
    if (!current.verdict) return show("start");
    return show("result");
  }
  if (view !== "report") current = { text: null, file: null, verdict: null };
  if (view === "upload") {
    document.getElementById("picture").value = "";
    clearUpload();
  }
  offerCode(Boolean(digitsOf(current.text)));
  show(view);
  if (view === "scan") startCamera((found) => go("result", { text: found }));
  return undefined;
}

function show(view) {
  for (const section of document.querySelectorAll("[data-view]")) {
    section.hidden = section.dataset.view !== view;
  }
  const heading = document.querySelector(`[data-view="${view}"] h1`);
  document.title = `${heading.textContent} – ${document.title.split(" – ").pop()}`;
  // At the first sight of the page nothing was asked yet, and nothing is to be read out.
  if (view !== "start" || document.activeElement !== document.body) {
    heading.focus({ preventScroll: true });
  }
  window.scrollTo(0, 0);
}

/**
 * Check the text of a QR code, and the `file` it stands in if there is one, and show the verdict;
 * again, if newer lists arrive late.
 */
async function judge(text, file) {
  const subject = { text, file, verdict: null };
  current = subject;
  show("work");
  const present = async () => {
    const found = await verdictOn(text);
    if (current === subject) display(file ? withFile(found, text, file.digest) : found, false);
  };
  if (ABLE) await carry(present);
  await present();
}

function display(verdict, served) {
  const same = current.verdict?.outcome === verdict.outcome;
  current.verdict = verdict;
  showVerdict(verdict, now());
  slot("here").hidden = served;
  slot("served").hidden = !served;
  slot("nik-panel").hidden = !counts(verdict);
  sayAge();
  // Newer lists that change nothing do not disturb whoever is reading or typing.
  if (same) return;
  expectNik(verdict.certificate?.nik_code ?? null);
  show("result");
  playSound(verdict.outcome);
}

function useButtons() {
  document.addEventListener("pointerdown", allowSound);
  document.addEventListener("keydown", allowSound);
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-go], [data-do]");
    if (target?.dataset.go) {
      event.preventDefault();
      go(target.dataset.go);
    } else if (target) {
      ACTIONS[target.dataset.do]?.();
    }
  });
  document.getElementById("picture").addEventListener("change", ({ target }) => {
    fileChosen(target.files[0], (text, file = null) => go("result", { text, file }));
  });
  document.querySelector('[data-form="paste"]').addEventListener("submit", (event) => {
    event.preventDefault();
    pasted(document.getElementById("paste").value.trim());
  });
  document.querySelector(".language").addEventListener("click", (event) => {
    // Take the code along: behind the #, where it is not sent.
    const digits = digitsOf(current.text);
    // A file stays behind, and its code alone would say less than was found out about it.
    if (!digits || current.file) return;
    event.preventDefault();
    location.href = `${event.currentTarget.href.split("#")[0]}#${digits}`;
  });
}

const ACTIONS = {
  again: () => go("start"),
  back: () => history.back(),
  print: () => window.print(),
  send: () => sendFile(served),
  torch: switchTorch,
};

function pasted(text) {
  const fault = slot("paste-fault");
  fault.hidden = Boolean(text);
  fault.textContent = text ? "" : say("page.text-none");
  if (text) go("result", { text });
}

/** The server's verdict on a file. It is shown, and gone with the page. */
function served(verdict) {
  current = { text: null, file: null, verdict: null };
  history.pushState({ view: "result" }, "");
  display(verdict, true);
}

// Whatever breaks in this page says nothing against a paper.
function broken() {
  if (current.text !== null && !current.verdict) display(cannotCheck(3, "page-failed"), false);
}
window.addEventListener("error", broken);
window.addEventListener("unhandledrejection", broken);
