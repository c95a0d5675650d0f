/**
 * A reader's own key: made in this browser, locked, kept here and in a file, and unlocked again.
 *
 * Neither the key nor what locks it ever leaves the browser. What is kept in localStorage, and in
 * the file that its owner takes along, is one and the same (docs/formats/envelope.md, "Locked
 * keys"):
 *
 *     {"v": 1, "unit": 997100, "role": "handler", "passphrase": hex, "passkey": hex, "credential": hex}
 *
 * The last two stand there once a passkey locks the key, too.
 */

import { randomBytes } from "./bytes.js";
import { hex, unhex } from "./cose.js";
import { ROLE } from "./directory.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { KEM, newSeed, openingKey } from "./hpke.js";
import { element, fill, isRight, screenOf, showScreen } from "./lapor-screens.js";
import { lockKey, parseLocked, PASSKEY_QUESTION, unlockKey, WAY } from "./locked.js";
import { listOf } from "./receipt.js";
import { Refused } from "./reading-api.js";
import { say } from "./words.js";

const VERSION = 1;
const PLACE = "segel-reading-keys";
const SUGGESTED_WORDS = 6;
const FEWEST_WORDS = 5;
const SHORTEST = 20;
const LONGEST_FILE = 4096;
const LARGEST_UNIT = 2 ** 32;
const NAMED_BY = 8;
const ALGORITHMS = [-7, -257];
const HEX = /^([0-9a-f]{2})+$/;

/** This device's passkeys cannot lock a key, or nobody confirmed one. */
export class NoPasskeyError extends Error {}

/** A passphrase in its one spelling: small letters, one space between the words. */
export function passphraseOf(typed) {
  return typed.normalize("NFKC").toLowerCase().trim().split(/\s+/).join(" ");
}

/** Whether nobody guesses it soon: five different words or more, of more than a few letters. */
export function isLong(passphrase) {
  return new Set(passphrase.split(" ")).size >= FEWEST_WORDS && passphrase.length >= SHORTEST;
}

/** A passphrase that nobody has thought of: six of the 2,048 words. */
export function newPassphrase(list) {
  const bytes = randomBytes(2 * SUGGESTED_WORDS);
  const numbers = Array.from({ length: SUGGESTED_WORDS }, (_, at) => bytes[2 * at] * 256 + bytes[2 * at + 1]);
  return numbers.map((number) => list.words[number % list.words.length]).join(" ");
}

/** A fresh key of this role, locked by the passphrase: {opened, kept}. */
export async function newKey({ unit, role, passphrase }) {
  // An identity matters for decades, so what guards it stands against computers that are not built yet.
  const kem = role === "handler" ? KEM.x25519 : KEM.xWing;
  const seed = newSeed();
  const locked = await lockKey(kem, seed, WAY.passphrase, passphrase);
  const opened = { ...(await openingKey(kem, seed)), seed, unit, role };
  return { opened, kept: { v: VERSION, unit, role, passphrase: hex(locked) } };
}

/** The kept key in the text of a file. Throws FormatError. */
export function parseKept(text) {
  if (typeof text !== "string" || text.length > LONGEST_FILE) {
    throw new FormatError(`no text of at most ${LONGEST_FILE} characters`);
  }
  let kept;
  try {
    kept = JSON.parse(text);
  } catch (problem) {
    throw new FormatError("not JSON", { cause: problem });
  }
  const { v, unit, role, passphrase, passkey, credential } = kept ?? {};
  if (v !== VERSION || !Object.keys(ROLE).includes(role) || !Number.isInteger(unit) || !(unit > 0 && unit < LARGEST_UNIT)) {
    throw new FormatError("not a kept key of version 1");
  }
  const { reader, way } = parseLocked(bytesIn(passphrase));
  if (way !== WAY.passphrase) throw new FormatError("locked in another way than it says");
  if (passkey === undefined) return { v, unit, role, passphrase };
  const other = parseLocked(bytesIn(passkey));
  if (other.way !== WAY.passkey || hex(other.reader) !== hex(reader)) throw new FormatError("two keys in one");
  bytesIn(credential);
  return { v, unit, role, passphrase, passkey, credential };
}

function bytesIn(text) {
  if (typeof text !== "string" || !HEX.test(text)) throw new FormatError("not bytes in hexadecimal");
  return unhex(text);
}

/** The name, in hexadecimal, of the key in `kept`. */
export function readerOf(kept) {
  return hex(parseLocked(unhex(kept.passphrase)).reader);
}

/** The reader whose passphrase this is: {kem, seed, openingKey, reader}. Throws CannotOpenError. */
export async function unlockByPassphrase(kept, passphrase) {
  return whoIn(await unlockKey(unhex(kept.passphrase), passphraseOf(passphrase)));
}

/** The same, by the passkey that locks the key, too. Throws CannotOpenError or NoPasskeyError. */
export async function unlockByPasskey(kept) {
  const secret = await answerOf(unhex(kept.credential));
  return whoIn(await unlockKey(unhex(kept.passkey), secret));
}

function whoIn({ kem, key, sealing, seed }) {
  return { kem, seed, openingKey: { kem, key, sealing }, reader: sealing.id };
}

/** `kept`, locked by a new passkey of this device besides. Throws NoPasskeyError. */
export async function withPasskey(kept, opened) {
  const made = await confirmed(() =>
    navigator.credentials.create({
      publicKey: {
        // Nobody is asked to believe this passkey: it only keeps a secret.
        challenge: randomBytes(32),
        rp: { name: "Segel" },
        user: { id: randomBytes(16), name: nameOf(kept), displayName: nameOf(kept) },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        extensions: { prf: { eval: { first: PASSKEY_QUESTION } } },
      },
    }),
  );
  const credential = new Uint8Array(made.rawId);
  const said = made.getClientExtensionResults().prf;
  if (!said?.enabled) throw new NoPasskeyError("it keeps no secrets");
  // Some answer at once, others only when asked again.
  const secret = said.results?.first ? new Uint8Array(said.results.first) : await answerOf(credential);
  const passkey = await lockKey(opened.kem, opened.seed, WAY.passkey, secret);
  return { ...kept, passkey: hex(passkey), credential: hex(credential) };
}

async function answerOf(credential) {
  const got = await confirmed(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: randomBytes(32),
        allowCredentials: [{ type: "public-key", id: credential }],
        userVerification: "required",
        extensions: { prf: { eval: { first: PASSKEY_QUESTION } } },
      },
    }),
  );
  const first = got.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new NoPasskeyError("it keeps no secrets");
  return new Uint8Array(first);
}

async function confirmed(ask) {
  if (!window.PublicKeyCredential) throw new NoPasskeyError("this browser knows no passkeys");
  try {
    return await ask();
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
    throw new NoPasskeyError("nobody confirmed it", { cause: problem });
  }
}

/** What the holders of the root keys need to put the key into the directory: nothing secret. */
export function requestOf({ unit, role, kem, sealing }) {
  return { v: VERSION, unit, role, kem, key: hex(sealing.bytes) };
}

/** The keys that are kept in this browser. */
export function keptHere() {
  return textsHere().map(keptIn).filter(Boolean);
}

/** Keep it in this browser, in the place of what was kept of the same key. */
export function keepHere(kept) {
  writeHere([...othersHere(readerOf(kept)), JSON.stringify(kept)]);
}

/** Keep it here no longer. */
export function forgetHere(reader) {
  writeHere(othersHere(reader));
}

/** All but this key: also what another version of these pages left, which is nobody's to throw away. */
function othersHere(reader) {
  return textsHere().filter((text) => {
    const kept = keptIn(text);
    return !kept || readerOf(kept) !== reader;
  });
}

function textsHere() {
  return JSON.parse(localStorage.getItem(PLACE) ?? "[]");
}

function writeHere(texts) {
  localStorage.setItem(PLACE, JSON.stringify(texts));
}

function keptIn(text) {
  try {
    return parseKept(text);
  } catch (problem) {
    if (!(problem instanceof FormatError)) throw problem;
    return null;
  }
}

function nameOf(kept) {
  return readerOf(kept).slice(0, NAMED_BY);
}

/** Make `form` make a key: who it is for, a passphrase, typed back, and what to take along. */
export function useNewKey(form, { words }) {
  const list = listOf(words);
  const field = (name) => form.elements.namedItem(name);
  let asked = null;
  let passphrase = "";
  let made = null;
  let screen = "who";

  const steps = { who, secret, again };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await busy(form, () => steps[screen]?.());
  });
  form.querySelector("[data-suggest]").addEventListener("click", suggest);
  for (const button of form.querySelectorAll("[data-back]")) {
    button.addEventListener("click", () => to(button.dataset.back));
  }
  form.querySelector('[data-save="key"]').addEventListener("click", () => {
    save(`segel-key-${nameOf(made.kept)}.json`, made.kept);
  });
  form.querySelector('[data-save="request"]').addEventListener("click", () => {
    save(`segel-reader-${nameOf(made.kept)}.json`, requestOf(made.opened));
  });
  form.querySelector("[data-passkey]").addEventListener("click", () => busy(form, lockByPasskey));

  function to(name) {
    screen = name;
    showScreen(name);
  }

  function who() {
    const role = field("role").value;
    const unit = Number(field("unit").value.trim());
    const faults = {};
    if (!role) faults.role = say("key.choose");
    if (!Number.isInteger(unit) || unit < 1 || unit >= LARGEST_UNIT) faults.unit = say("key.unit");
    if (!isRight(screenOf("who"), faults)) return;
    asked = { unit, role };
    if (!passphrase) suggest();
    to("secret");
  }

  function suggest() {
    passphrase = newPassphrase(list);
    fill("suggested", passphrase, form);
  }

  function secret() {
    const own = passphraseOf(field("own").value);
    const fits = !own || isLong(own);
    if (!isRight(screenOf("secret"), fits ? {} : { own: say("key.short") })) return;
    if (own) passphrase = own;
    to("again");
  }

  async function again() {
    const same = passphraseOf(field("again").value) === passphrase;
    if (!isRight(screenOf("again"), same ? {} : { again: say("key.again") })) return;
    fill("wait", say("key.making"), form);
    made = await newKey({ ...asked, passphrase });
    keepHere(made.kept);
    passphrase = "";
    form.reset();
    for (const name of ["suggested", "wait"]) fill(name, "", form);
    fill("reader", nameOf(made.kept), form);
    to("made");
  }

  async function lockByPasskey() {
    try {
      made.kept = await withPasskey(made.kept, made.opened);
    } catch (problem) {
      if (!(problem instanceof NoPasskeyError)) throw problem;
      return isRight(screenOf("made"), { passkey: say("key.no-passkey") });
    }
    keepHere(made.kept);
    isRight(screenOf("made"), {});
    fill("passkey", say("key.passkey-made"), form);
    form.querySelector("[data-passkey]").hidden = true;
  }

  to("who");
}

/**
 * Make `form` unlock a key that is kept here or in a file, and `enter` with it; where that is
 * Refused, the form says why. What is given back shows the keys that are kept here anew.
 */
export function useUnlocking(form, enter) {
  const field = (name) => form.elements.namedItem(name);
  const list = form.querySelector('[data-slot="keys"]');
  let brought = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    return busy(form, () => unlock((kept) => unlockByPassphrase(kept, field("passphrase").value)));
  });
  form.querySelector("[data-passkey]").addEventListener("click", () => busy(form, () => unlock(unlockByPasskey)));
  form.querySelector("[data-forget]").addEventListener("click", forget);
  list.addEventListener("change", showWays);
  field("file").addEventListener("change", () => busy(form, bring));

  function all() {
    const here = keptHere();
    const more = brought && !here.some((one) => readerOf(one) === readerOf(brought));
    return more ? [...here, brought] : here;
  }

  function chosen() {
    return all().find((one) => readerOf(one) === form.elements.namedItem("key")?.value);
  }

  function showKeys(reader = "") {
    const keys = all();
    list.replaceChildren(...keys.map((kept, at) => choiceOf(kept, reader ? readerOf(kept) === reader : at === 0)));
    for (const place of form.querySelectorAll('[data-slot="some"]')) place.hidden = !keys.length;
    for (const place of form.querySelectorAll('[data-slot="none"]')) place.hidden = Boolean(keys.length);
    showWays();
  }

  function showWays() {
    form.querySelector("[data-passkey]").hidden = !chosen()?.passkey;
  }

  async function bring() {
    const [file] = field("file").files;
    if (!file) return;
    try {
      if (file.size > LONGEST_FILE) throw new FormatError("too long");
      brought = parseKept(await file.text());
    } catch (problem) {
      if (!(problem instanceof FormatError)) throw problem;
      return isRight(form, { file: say("key.no-file") });
    }
    isRight(form, {});
    showKeys(readerOf(brought));
  }

  async function unlock(way) {
    const kept = chosen();
    if (!kept) return;
    isRight(form, {});
    fill("wait", say("key.unlocking"), form);
    try {
      const who = await way(kept);
      if (field("keep").checked) keepHere(kept);
      await enter(who);
      form.reset();
    } catch (problem) {
      const why = whyNot(problem);
      if (!why) throw problem;
      isRight(form, { passphrase: why });
    } finally {
      fill("wait", "", form);
    }
  }

  function forget() {
    const kept = chosen();
    if (!kept || !confirm(say("key.forget", { name: nameOf(kept) }))) return;
    if (brought && readerOf(brought) === readerOf(kept)) brought = null;
    forgetHere(readerOf(kept));
    showKeys();
  }

  showKeys();
  return () => showKeys();
}

function whyNot(problem) {
  if (problem instanceof Refused) return say(problem.why, problem.values);
  if (problem instanceof NoPasskeyError) return say("key.no-passkey");
  return problem instanceof CannotOpenError ? say("key.wrong") : "";
}

function choiceOf(kept, checked) {
  const line = element("div", "", "pick");
  const input = document.createElement("input");
  const reader = readerOf(kept);
  Object.assign(input, { type: "radio", name: "key", id: `key-${reader}`, value: reader, checked });
  const label = element("label", say(`key.role-${kept.role}`, { unit: kept.unit, name: nameOf(kept) }));
  label.htmlFor = input.id;
  line.append(input, label);
  return line;
}

/** Do it once, however often somebody presses; a mistake of ours is said and not hidden. */
async function busy(form, work) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const failed = form.querySelector('[data-slot="failed"]');
  failed.hidden = true;
  try {
    await work();
  } catch (problem) {
    failed.hidden = false;
    throw problem;
  } finally {
    delete form.dataset.busy;
  }
}

function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: "application/json" }));
  link.download = name;
  link.click();
  // A browser reads the file after the click; then it is let go.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
