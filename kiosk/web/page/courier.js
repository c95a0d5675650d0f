/**
 * The courier's page: it works without signal all day.
 *
 * What is to be delivered comes once, sealed (courier-pack.js); what happens is signed and kept
 * first (courier-store.js), shown second, sent third, whenever there is signal (courier-sync.js).
 * The history of the browser holds {view, bag} and nothing of anybody.
 */

import { begin, carriedNow, carry, now } from "./carry.js";
import { hex, sha256, unhex } from "./cose.js";
import { clearDrawing, drawing, useDrawing } from "./courier-drawing.js";
import { receiptOf } from "./courier-event.js";
import { lookAtCard, lookForSlip, stopLooking } from "./courier-lens.js";
import { keptPack, loadPack, openPack, packNow, wipe } from "./courier-pack.js";
import { balanceOf, isFor, mayTake, mayTry, roundOf, stopsOf } from "./courier-round.js";
import { slowHash } from "./courier-seal.js";
import { addEvent, allEvents, forgetDevice, newId, theDevice } from "./courier-store.js";
import { exported, sync, unsent } from "./courier-sync.js";
import { FormatError, SignatureError } from "./errors.js";
import { keepShell } from "./courier-shell.js";
import { KIND, readSlip } from "./slip.js";
import { say, timeInWords } from "./words.js";

// Every so often, in milliseconds: what waits is sent; a phone that is left lying locks itself.
const SEND_EVERY = 60_000;
const LOCK_AFTER = 10 * 60_000;

// The visit at one door, from the first proof to the signature.
let visit = null;
let locking = 0;

start();

async function start() {
  document.documentElement.classList.add("js");
  useForms();
  useDrawing(canvas());
  document.addEventListener("click", pressed);
  window.addEventListener("popstate", render);
  window.addEventListener("online", send);
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, stayOpen);
  setInterval(send, SEND_EVERY);
  keepShell();
  navigator.storage?.persist?.();
  await begin(document.getElementById("page").dataset.root);
  await render();
  carry();
  await send();
}

function stayOpen() {
  clearTimeout(locking);
  locking = setTimeout(() => packNow() && location.reload(), LOCK_AFTER);
}

// What is shown.

function go(view, more = {}) {
  history.pushState({ view, ...more }, "");
  return render();
}

async function render() {
  stopLooking();
  await showBadge();
  const pack = packNow();
  if (!pack) {
    const kept = await keptPack();
    if (kept === "expired") tell("gone-expired");
    return show(kept && kept !== "expired" ? "pin" : "setup");
  }
  const { view = "home", bag: number } = history.state ?? {};
  const bags = roundOf(pack, await allEvents());
  const bag = bags.get(number);
  if (VIEWS_OF_A_BAG.includes(view) && !(bag && maySee(view, bag))) return show("list", () => showList(bags));
  return show(view in VIEWS ? view : "home", () => VIEWS[view]?.(bags, bag) ?? showHome(bags));
}

const VIEWS_OF_A_BAG = ["bag", "proof", "card", "confirm", "vain"];
const VIEWS = {
  home: showHome,
  take: showTake,
  list: showList,
  bag: (_bags, bag) => showBag(bag),
  proof: (_bags, bag) => showProof(bag),
  card: (_bags, bag) => showCard(bag),
  confirm: () => clearDrawing(canvas()) ?? true,
  vain: () => true,
  done: () => true,
  "no-match": () => true,
  end: showEnd,
  outbox: showOutbox,
};

/** Whether this step may be seen: nobody comes to the signature around the proofs. */
function maySee(view, bag) {
  if (view === "bag") return true;
  if (bag.state !== "carried") return false;
  const proved = visit?.bag === bag.bag && visit.proofs.size > 0;
  if (view === "card") return proved;
  return view !== "confirm" || (proved && visit.receiver !== null);
}

async function show(view, fill = () => true) {
  for (const section of document.querySelectorAll("[data-view]")) {
    section.hidden = section.dataset.view !== view;
  }
  await fill();
  const section = document.querySelector(`[data-view="${view}"]`);
  for (const field of section.querySelectorAll("input.digits")) field.value = "";
  window.scrollTo(0, 0);
  section.querySelector("h1").focus({ preventScroll: true });
}

function slot(name) {
  return document.querySelector(`[data-slot="${name}"]`);
}

function canvas() {
  return document.getElementById("drawing");
}

function tell(key, values = {}) {
  const place = slot("said");
  place.textContent = key ? say(`page.${key}`, values) : "";
  place.hidden = !key;
}

async function showBadge() {
  const count = (await unsent()).length;
  const badge = slot("badge");
  badge.textContent = say(count ? "page.unsent" : "page.unsent-0", { count });
  badge.parentElement.toggleAttribute("data-waits", count > 0);
  slot("count-outbox").textContent = count ? `(${count})` : "";
}

function showHome(bags) {
  const pack = packNow();
  const count = (state) => [...bags.values()].filter((one) => one.state === state).length;
  slot("pack-line").textContent = say("page.pack-until", {
    made: timeInWords(pack.made_at),
    until: timeInWords(pack.expires_at),
  });
  slot("count-list").textContent = `(${count("carried")})`;
  slot("count-take").textContent = `(${count("offered")})`;
  if (!carriedNow().trust) tell("pack-trust");
  return true;
}

function showTake(bags) {
  fillRows("offered", [...bags.values()].filter(({ state }) => state === "offered"), (bag) => [
    say("page.stop", { bag: bag.bag }),
    `${say("page.rw", { rw: bag.rw })}, ${bag.village}`,
  ]);
  return true;
}

function showList(bags) {
  const place = slot("stops");
  place.replaceChildren();
  let heading = null;
  let rows = null;
  for (const bag of stopsOf(bags)) {
    if (bag.state === "offered") continue;
    const title = [say(`window.${bag.window}`), say("page.rw", { rw: bag.rw }), bag.village];
    if (title.join() !== heading) {
      heading = title.join();
      rows = element("ul", "", "rows");
      place.append(element("h2", title.filter(Boolean).join(" · ")), rows);
    }
    rows.append(rowOf([bag.name, `${say("page.stop", { bag: bag.bag })} · ${standing(bag)}`], bag.bag));
  }
  if (!rows) place.append(element("p", say("page.nothing"), "empty"));
  return true;
}

function standing(bag) {
  const vain = bag.state === "carried" && bag.lastVain ? `, ${say(`vain.${bag.lastVain}`)}` : "";
  return say(`state.${bag.state}`) + vain;
}

function showBag(bag) {
  visit = null;
  slot("bag-title").textContent = say("page.stop", { bag: bag.bag });
  slot("bag-name").textContent = bag.name;
  slot("bag-address").textContent = `${bag.address}\nRT ${bag.rt || "–"} / RW ${bag.rw || "–"}`;
  slot("bag-landmark").textContent = bag.landmark || "–";
  slot("bag-window").textContent = [bag.day, say(`window.${bag.window}`)].filter(Boolean).join(" · ");
  slot("bag-receivers").textContent = bag.receivers
    .map(({ name, relation }) => (relation ? `${name} (${relation})` : name))
    .join("\n");
  const visits = bag.visits ? `\n${say("page.visits", { count: bag.visits })}` : "";
  slot("bag-state").textContent = standing(bag) + visits;
  slot("bag-deeds").hidden = bag.state !== "carried";
  return true;
}

function showProof(bag) {
  visit = { bag: bag.bag, proofs: new Set(), receiver: null, letter: null, witness: "", last: null };
  // Nobody is witness of another visit.
  for (const id of ["witness-name", "spoken-witness"]) document.getElementById(id).value = "";
  tell(mayTry(bag, packNow().limits).code ? "" : "code-over");
  return true;
}

function showCard(bag) {
  const named = bag.receivers.find(({ who }) => who === "named");
  const receivers = mayTake(bag, visit.proofs);
  for (const choice of document.querySelectorAll("[data-receiver]")) {
    choice.hidden = !receivers.includes(choice.dataset.receiver);
  }
  slot("who-holder").textContent = `– ${bag.name}`;
  slot("who-named").textContent = named ? `– ${named.name}` : "";
  slot("letter").hidden = true;
  slot("verdict").textContent = "";
  document.querySelector('[data-form="card"]').reset();
  return true;
}

function showEnd(bags) {
  slot("balance").textContent = say("page.balance", balanceOf(bags));
  fillRows(
    "left",
    [...bags.values()].filter(({ state }) => state === "carried"),
    (bag) => [say("page.stop", { bag: bag.bag }), bag.name],
    "give-back",
  );
  return true;
}

async function showOutbox() {
  const lines = (await allEvents()).reverse().slice(0, 100);
  slot("events").replaceChildren(
    ...lines.map(({ kind, bag, at, message, picture, tries, answer }) => {
      const size = (message?.length ?? 0) + (picture?.length ?? 0);
      const became = message && !answer ? say("page.waits") : say(`page.answer-${answer}`);
      const about = bag ? ` · ${say("page.stop", { bag })}` : "";
      const line = element("li");
      line.append(
        element("p", `${say(`event.${kind}`)}${about}`),
        element("p", `${timeInWords(at)} · ${became}`, "soft"),
        element("p", message ? say("page.tries", { tries, size }) : "", "soft"),
      );
      return line;
    }),
  );
  return true;
}

function fillRows(name, bags, words, deed = "") {
  const rows = bags.map((bag) => rowOf(words(bag), bag.bag, deed));
  slot(name).replaceChildren(...(rows.length ? rows : [element("li", say("page.nothing"))]));
}

function rowOf([first, second], bag, deed = "") {
  const line = element("li");
  const button = element("button", first, "button");
  if (deed) button.dataset.do = deed;
  else button.dataset.go = "bag";
  button.dataset.bag = bag;
  line.append(button, element("p", second, "soft"));
  return line;
}

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// What is pressed.

function pressed(event) {
  const button = event.target.closest("[data-go], [data-do]");
  if (!button || button.closest(".top")) return undefined;
  event.preventDefault();
  const { go: view, do: deed, bag } = button.dataset;
  if (LOOKING[deed]) return LOOKING[deed]();
  return atOnce(() => {
    if (!view) return DEEDS[deed]?.(button);
    tell("");
    const number = bag ? Number(bag) : history.state?.bag;
    return go(view, number ? { bag: number } : {});
  });
}

/** Do one thing; whatever is pressed meanwhile, twice by a cold thumb, is not done. */
async function atOnce(work) {
  const { body } = document;
  if (body.hasAttribute("aria-busy")) return;
  body.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    body.removeAttribute("aria-busy");
  }
}

// These last until something is seen, and may be left meanwhile.
const LOOKING = {
  "scan-label": () => lookForSlip("label", async (text) => takeBag(await labelled(text))),
  "scan-slip": () => lookForSlip("slip", compareSlip),
  "scan-letter": () => lookForSlip("letter", keepLetter),
  "read-card": readCard,
  "stop-camera": stopLooking,
};

const DEEDS = {
  sync: () => {
    send();
  },
  reload: () => load(null),
  arrive: () => note("arrived"),
  miss: () => ask("confirm-missing", (bag) => note("missing", { bag })),
  "give-back": (button) => ask("confirm-back", (bag) => note("given-back", { bag }), Number(button.dataset.bag)),
  vain: async ({ dataset }) => {
    await addEvent({ kind: "in-vain", bag: history.state.bag, body: [dataset.why] });
    await go("list");
    tell("sure");
    send();
  },
  "clear-drawing": () => clearDrawing(canvas()),
  export: saveFile,
};

function ask(question, done, bag = history.state?.bag) {
  return window.confirm(say(`page.${question}`, { bag })) ? done(bag) : undefined;
}

/** Keep an event, then say so, then try to send it. */
async function note(kind, { bag = history.state?.bag, body = [], picture = null, id = newId() } = {}) {
  const line = await addEvent({ kind, bag, body, picture, id });
  await render();
  tell("sure");
  send();
  return line;
}

function useForms() {
  for (const form of document.querySelectorAll("form[data-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      atOnce(FORMS[form.dataset.form]);
    });
  }
}

const FORMS = {
  setup: async () => {
    const [pin, again] = [typed("pin-new"), typed("pin-again")];
    if (!/^\d{6}$/.test(pin)) return tell("pin-short");
    return pin === again ? load(pin) : tell("pin-differs");
  },
  pin: async () => {
    const pin = typed("pin");
    if (!/^\d{6}$/.test(pin)) return tell("pin-short");
    tell("pin-opening");
    const became = await openPack(pin);
    tell("");
    if (became === "gone") tell("gone-pin");
    else if (became !== "opened") return tell("pin-wrong", { left: became });
    await render();
    send();
    return undefined;
  },
  take: async () => takeBag(Number(typed("take-number"))),
  code: compareCode,
  witness: async () => {
    const name = document.getElementById("witness-name").value.trim();
    if (!name) return tell("witness-needed");
    visit.witness = name;
    return proved("witness");
  },
  card: compareCard,
  confirm: handOver,
};

function typed(id) {
  return document.getElementById(id).value.replace(/\s/g, "");
}

async function load(pin) {
  tell("pack-loading");
  const became = await loadPack(pin);
  slot("sign-in").hidden = became !== "signed-out";
  if (became !== "loaded" && became !== "trust") {
    return tell(`pack-${became}`);
  }
  tell(became === "trust" ? "pack-trust" : "");
  history.replaceState({ view: "home" }, "");
  await render();
  send();
  return undefined;
}

async function saveFile() {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([await exported()], { type: "application/cbor" }));
  link.download = `segel-${hex((await theDevice()).id).slice(0, 8)}.cbor`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function takeBag(number) {
  if (number === null) return tell("label-bad");
  const bag = roundOf(packNow(), await allEvents()).get(number);
  if (!bag) return tell("typed-unknown");
  if (bag.state !== "offered") return tell("not-offered");
  return note("accepted", { bag: number });
}

// At the door.

async function slipIn(text) {
  const { trust } = carriedNow();
  if (!trust) return null;
  try {
    return await readSlip(text, trust);
  } catch (problem) {
    if (problem instanceof FormatError || problem instanceof SignatureError) return null;
    throw problem;
  }
}

async function labelled(text) {
  const slip = await slipIn(text);
  return slip?.kind === KIND.bag ? slip.bag : null;
}

async function theBag() {
  return roundOf(packNow(), await allEvents()).get(history.state?.bag);
}

async function compareSlip(text) {
  if (!carriedNow().trust) return tell("pack-trust");
  const slip = await slipIn(text);
  if (slip?.kind !== KIND.slip) return tell("slip-bad");
  if (!isFor(slip, await theBag(), now())) return tell("slip-other");
  return proved("slip", "slip-good");
}

async function compareCode() {
  const bag = await theBag();
  const { limits, rounds } = packNow();
  const code = typed("code");
  if (!/^\d{6}$/.test(code)) return tell("code-short");
  if (!mayTry(bag, limits).code) return tell("code-over");
  tell("comparing");
  const given = await slowHash("code", code, unhex(bag.salt), rounds);
  if (hex(given) === bag.code) return proved("code", "code-good");
  await addEvent({ kind: "wrong-code", bag: bag.bag });
  await showBadge();
  const left = limits.codes - bag.wrong_codes - 1;
  return left > 0 ? tell("code-wrong", { left }) : tell("code-over");
}

async function proved(proof, words = "") {
  visit.proofs.add(proof);
  await go("card", { bag: visit.bag });
  return words && tell(words);
}

async function keepLetter(text) {
  const slip = await slipIn(text);
  if (slip?.kind !== KIND.letter || !isFor(slip, await theBag(), now())) return tell("slip-bad");
  visit.letter = slip;
  return tell("letter-good");
}

async function compareCard() {
  const bag = await theBag();
  const { limits, rounds } = packNow();
  const who = whoTakesIt();
  const four = typed("four");
  if (!mayTry(bag, limits).card) return go("no-match");
  if (!/^\d{4}$/.test(four)) return tell("four-short");
  if (!document.getElementById("adult").checked) return tell("adult");
  if (who === "letter" && !visit.letter) return tell("letter-first");
  tell("comparing");
  const { salt, wanted } = whatIsWanted(bag, who);
  const given = await slowHash("last-four", four, salt, rounds);
  return hex(given) === wanted ? matched("card-typed", who) : mismatched(bag);
}

/** Where there is signal, the office's reader looks at the holder's card. */
async function readCard() {
  const bag = await theBag();
  if (!mayTry(bag, packNow().limits).card) return go("no-match");
  if (whoTakesIt() !== "holder") return tell("card-holder");
  if (!document.getElementById("adult").checked) return tell("adult");
  // The office answers for a bag that it knows to be here.
  await send();
  return lookAtCard("card", bag.bag, (state) => {
    if (state === "match") return matched("card-read", "holder");
    return state === "no-match" ? mismatched(bag) : tell("card-none");
  });
}

function whoTakesIt() {
  return document.querySelector('input[name="who"]:checked')?.value ?? "holder";
}

function matched(proof, who) {
  tell("");
  slot("verdict").textContent = say("page.match");
  visit.proofs.add(proof);
  visit.receiver = who;
  return go("confirm", { bag: visit.bag });
}

async function mismatched(bag) {
  tell("");
  await addEvent({ kind: "mismatch", bag: bag.bag });
  await showBadge();
  document.getElementById("four").value = "";
  if (bag.mismatches + 1 < packNow().limits.mismatches) {
    slot("verdict").textContent = say("page.no-match-once");
    return undefined;
  }
  await addEvent({ kind: "in-vain", bag: bag.bag, body: ["no-match"] });
  visit = null;
  await go("no-match");
  send();
  return undefined;
}

/** The hash to be met, and its salt; this phone knows no digit of it. */
function whatIsWanted(bag, who) {
  if (who === "letter") {
    const { reference, issuedAt, proxy } = visit.letter;
    return { salt: new TextEncoder().encode(`letter ${reference} ${issuedAt}`), wanted: hex(proxy) };
  }
  const one = bag.receivers.find((receiver) => receiver.who === who);
  return { salt: unhex(bag.salt), wanted: one.last_four };
}

async function handOver() {
  const witness = document.getElementById("spoken-witness").value.trim() || visit.witness;
  const picture = await drawing(canvas());
  if (!picture && !witness) return tell("draw-first");
  const id = newId();
  const digest = picture ? await sha256(picture) : new Uint8Array();
  const { bag, receiver, proofs } = visit;
  const body = [receiver, [...proofs].sort(), 1, witness, digest];
  await addEvent({ kind: "handed-over", bag, body, picture, id });
  visit = null;
  slot("receipt").textContent = receiptOf(id);
  history.replaceState({ view: "list" }, "");
  await go("done");
  send();
  return undefined;
}

// Sending.

let sending = null;

/** Send what waits; nobody has to wait for it, and one delivery is on its way at a time. */
function send() {
  sending ??= sendAll().finally(() => {
    sending = null;
  });
  return sending;
}

async function sendAll() {
  slot("outbox-line").textContent = say("page.sending");
  const became = await sync();
  await showBadge();
  if (history.state?.view === "outbox" && packNow()) await showOutbox();
  slot("outbox-line").textContent = became
    ? say("page.sent", { count: became.sent })
    : say("page.no-signal");
  if (became && !became.known) slot("outbox-line").textContent = say("page.not-registered");
  if (became?.wipe) await obey();
}

/** The office revoked this phone: nothing stays on it but what it could not send. */
async function obey() {
  if (await keptPack()) {
    await wipe("order");
    await sync();
  }
  await forgetDevice();
  await render();
  tell("gone-order");
}
