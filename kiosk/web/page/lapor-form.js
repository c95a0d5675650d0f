/**
 * The form of a sealed report: one question after the other, the code, then it is locked and sent.
 *
 * What is typed is in the fields and in the memory of this page, nowhere else, and goes when the
 * page does.
 */

import { FormatError, NoReaderError, SignatureError } from "./errors.js";
import { parsePoster } from "./poster.js";
import { tellLater } from "./lapor-footfall.js";
import {
  fetchChallenge, fetchDirectory, fetchSalt, fetchScript, ReadersChanged, sendChunk, sendReport, Unsent, whyOf,
} from "./lapor-post.js";
import { ruleFor } from "./lapor-rules.js";
import { element, fill, isRight, screenOf, show, showScreen } from "./lapor-screens.js";
import { bytesOf, LONGEST_IDENTITY, LONGEST_TEXT, readersOf, ROOM_FOR_FILES, sealReport } from "./lapor-seal.js";
import { useWork } from "./lapor-work.js";
import { useTraces } from "./lapor-writing.js";
import { charactersOf, deriveKeys, listOf, newReceipt, wordsOf } from "./receipt.js";
import { say } from "./words.js";

const VERSION = 1;
const ORDER = [
  "danger", "call", "mode", "kind", "duty", "when", "where", "who", "unit", "story", "files",
  "identity", "check", "code", "again", "sending", "done",
];
const QUESTIONS = ["mode", "kind", "duty", "when", "where", "who", "unit", "story", "files", "identity"];
const CHOICES = ["mode", "kind", "duty", "when"];
const ASKED_BACK = { third: 3, sixth: 6 };
const MOST_WORKS = 5;

/** Make `form` ask, seal and send. `words` is the text of the list for codes. */
export function useForm(form, { setup, words }) {
  const list = listOf(words);
  const field = (name) => form.elements.namedItem(name);
  const value = (name) => field(name).value.trim();
  // Everything that a report needs until it is sent; wiped afterwards, and on leaving.
  let at = "danger";
  let danger = "no";
  let directory = null;
  let readers = null;
  let receipt = null;
  let sealed = null;
  let number = null;
  let files = null;
  let sendFiles = null;
  let unsent = true;
  let prepared = false;
  let moving = false;
  const work = useWork(setup.work);
  const poster = takePoster();
  if (poster) tellLater(poster.area);

  const go = (name) => {
    at = name;
    const step = QUESTIONS.filter(isAsked).indexOf(name) + 1;
    const count = QUESTIONS.filter(isAsked).length;
    if (step) fill("step", say("report.step", { step, count }), screenOf(name));
    showScreen(name);
  };
  const isAsked = (name) => {
    if (name === "files") return Boolean(setup.files);
    return name !== "identity" || value("mode") !== "anonymous";
  };
  const isOnTheWay = (name) => isAsked(name) && (name !== "call" || danger === "now");
  const neighbour = (by) => {
    let place = ORDER.indexOf(at) + by;
    while (!isOnTheWay(ORDER[place])) place += by;
    return ORDER[place];
  };

  for (const button of form.querySelectorAll("[data-danger]")) {
    button.addEventListener("click", () => {
      danger = button.dataset.danger;
      show("languages", false);
      go(neighbour(1));
    });
  }
  for (const button of form.querySelectorAll("[data-back]")) {
    button.addEventListener("click", () => go(at === "nobody" ? "unit" : neighbour(-1)));
  }
  form.querySelector("[data-print]").addEventListener("click", () => print());
  form.querySelector("[data-resume]").addEventListener("click", () => send());
  form.querySelector("[data-enough]").addEventListener("click", () => finish());
  useTraces(form, () => value("mode") !== "open");
  form.addEventListener("submit", async (event) => {
    // Nothing is ever sent as a form, whatever goes wrong below.
    event.preventDefault();
    // A second tap while something is fetched would go on from the same screen twice.
    if (moving) return;
    moving = true;
    try {
      await onward();
    } finally {
      moving = false;
    }
  });
  const onward = async () => {
    if (!isRight(screenOf(at), faultsOf(at))) return;
    const entered = neighbour(1);
    if (at === "again") return send();
    if (entered === "unit" && !(await takeDirectory())) return;
    if (entered === "files") await takeFiles();
    if (entered === "check" && !lookAhead()) return;
    for (const mode of ["open", "confidential"]) show(`identity-${mode}`, value("mode") === mode);
    if (entered === "code") showCode();
    go(entered);
  };
  addEventListener("beforeunload", (event) => {
    if (unsent && value("story")) event.preventDefault();
  });

  function faultsOf(name) {
    if (CHOICES.includes(name) && !value(name)) return { [name]: say("report.choose") };
    if (name === "story") {
      if (value("story").length < 20) return { story: say("report.story-short") };
      if (bytesOf(report()).length > LONGEST_TEXT - ROOM_FOR_FILES) return { story: say("report.story-long") };
    }
    if (name === "files" && files?.fault()) return { files: files.fault() };
    if (name === "identity" && !value("name")) return { name: say("report.name-missing") };
    if (name === "identity" && bytesOf(identity()).length > LONGEST_IDENTITY) {
      return { name: say("report.name-long") };
    }
    if (name === "again") {
      const right = wordsOf(receipt, list);
      const wrong = ([input, place]) => value(input).toLowerCase() !== right[place - 1];
      if (Object.entries(ASKED_BACK).some(wrong)) return { again: say("report.again-wrong") };
    }
    return {};
  }

  /** Which units there are; without them nothing can be sealed, and nothing is asked further. */
  async function takeDirectory() {
    if (directory) return true;
    try {
      directory = await fetchDirectory(setup);
    } catch (problem) {
      return nobody(problem);
    }
    const units = directory.units.filter((unit) => !unit.outside);
    field("unit").append(...units.map((unit) => new Option(unit.name, unit.code)));
    const named = poster && units.find((unit) => unit.code === poster.unit);
    if (named) {
      field("unit").value = String(named.code);
      fill("poster", say("report.poster", { unit: named.name }));
    }
    show("poster", Boolean(named));
    return true;
  }

  /** What lets files be picked; without it the report goes on, and the screen says so. */
  async function takeFiles() {
    if (files) return;
    const module = await fetchScript(setup.files.script);
    files = module?.useFiles(screenOf("files"), { ...setup.files, originals: true });
    sendFiles = module?.sendFiles;
    show("picking", Boolean(files));
    show("no-picking", !files);
  }

  /** Who reads it, before it goes on; nobody who is left out is named a reader. */
  function lookAhead() {
    const accused = Number(value("unit"));
    try {
      readers = readersOf(directory, accused, Math.floor(Date.now() / 1000));
    } catch (problem) {
      return nobody(problem);
    }
    const { unit, handlers, excluded } = readers;
    const left = directory.units.filter(({ code }) => excluded.has(code)).map(({ name }) => name);
    show("from", Boolean(poster?.area));
    fill("from-label", say("report.from", { area: poster?.area }));
    fill("readers", say("report.readers", { unit: unit.name, count: handlers.length }));
    fill("excluded", left.length ? say("report.excluded", { units: left.join(", ") }) : "");
    fill("changed", "");
    fill("soon", say(`report.urgency-${ruleFor(answers()).urgency}`));
    const lines = ["mode", "kind", "duty", "when", "where", "who", "unit", "story", "files"].filter(isAsked).map((name) => {
      const line = document.createElement("div");
      const said = shown(name) || say("report.unknown");
      line.append(element("dt", say(`report.${name}`)), element("dd", said, "plain"));
      return line;
    });
    document.querySelector('[data-slot="summary"]').replaceChildren(...lines);
    return true;
  }

  function shown(name) {
    if (name === "unit") return field("unit").selectedOptions[0].textContent;
    if (name === "files") return files?.list().map((file) => file.name).join(", ");
    if (!CHOICES.includes(name)) return value(name);
    const label = form.querySelector(`label[for="${name}-${value(name)}"]`);
    return label.firstChild.textContent.trim();
  }

  function showCode() {
    receipt ??= newReceipt();
    const place = document.querySelector('[data-slot="words"]');
    place.replaceChildren(...wordsOf(receipt, list).map((word) => element("li", word)));
    fill("characters", charactersOf(receipt));
    for (const input of Object.keys(ASKED_BACK)) field(input).value = "";
    prepare();
  }

  /** Let the browser work, if it is asked to, while the code is written down. */
  async function prepare() {
    if (prepared) return;
    prepared = true;
    try {
      work.begin((await fetchChallenge()).work);
    } catch (problem) {
      // It is asked again when the report is sent.
      if (!(problem instanceof Unsent)) throw problem;
    }
  }

  async function send() {
    go("sending");
    show("broken", false);
    form.setAttribute("aria-busy", "true");
    try {
      sealed ??= await seal();
      // The report does not wait for its files: it names them, and they follow.
      number ??= await deliver().catch(deliverAgain);
      if (number === null) return;
      if (sealed.files.length) {
        progress(2, "files");
        await sendFiles(sealed.files, (...chunk) => sendChunk(sealed, ...chunk), (part) => progress(2 + part, "files"));
      }
      finish();
    } catch (problem) {
      fill("broken-why", say(whyOf(problem)));
      show("broken", true);
      show("enough", number !== null);
      if (whyOf(problem) === "report.failed") throw problem;
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  /** The number of the report, once it was taken; after working as much as the server asks. */
  async function deliver() {
    for (let left = MOST_WORKS; left; left -= 1) {
      if (work.isRunning()) progress(2, "work");
      const shown = await work.shown();
      progress(2, "sending");
      const taken = await sendReport(sealed, { shown, waits: () => progress(2, "waiting") });
      if (taken) return taken;
      work.begin((await fetchChallenge()).work);
    }
    throw new Unsent("report.busy");
  }

  async function seal() {
    progress(0, "keys");
    const keys = await deriveKeys(receipt, await fetchSalt());
    progress(1, "sealing");
    const { urgency } = ruleFor(answers());
    const who = value("mode") === "anonymous" ? null : identity();
    const sealFiles = async (keys_) => files?.seal(keys_) ?? { named: [], files: [] };
    const seed = keys.seed;
    const whole = await sealReport({ report: report(), identity: who, readers, seed, seal: sealFiles });
    return { ...whole, proof: keys.proof, unit: readers.unit.code, urgency };
  }

  /**
   * The number of the report, sealed anew for those who may read by now, where they have changed
   * since; null where another unit reads it now, and its writer has to look first.
   */
  async function deliverAgain(problem) {
    if (!(problem instanceof ReadersChanged)) throw problem;
    const before = readers.unit.code;
    sealed = null;
    directory = await fetchDirectory(setup);
    if (!lookAhead()) return null;
    if (readers.unit.code !== before) {
      fill("changed", say("report.readers-changed"));
      go("check");
      return null;
    }
    sealed = await seal();
    return deliver();
  }

  /** Say what has arrived; whatever was typed or made goes. */
  function finish() {
    const { length } = sealed.files;
    const arrived = sealed.files.filter((file) => file.arrived).length;
    const said = arrived < length ? "report.files-missing" : "report.files-arrived";
    fill("arrived", length ? say(said, { arrived, count: length }) : "");
    fill("number", number);
    wipe();
    go("done");
  }

  function progress(step, what) {
    document.querySelector("progress").value = step;
    fill("progress", say(`report.progress-${what}`));
  }

  function answers() {
    const given = ["kind", "duty", "when", "where", "who"].map((name) => [name, value(name)]);
    return { danger, ...Object.fromEntries(given), unit: Number(value("unit")) };
  }

  function identity() {
    return { v: VERSION, name: value("name"), contact: value("contact") };
  }

  function report() {
    const mode = value("mode");
    const { class: kind, urgency, route } = ruleFor(answers());
    const rule = { class: kind, urgency, route };
    const from = field("from").checked ? { area: poster.area } : {};
    const plain = { v: VERSION, mode, ...rule, ...from, answers: answers(), story: value("story") };
    return mode === "open" ? { ...plain, identity: identity() } : plain;
  }

  function nobody(problem) {
    let why;
    if (problem instanceof Unsent) why = problem.why;
    else if (problem instanceof NoReaderError) why = "report.nobody";
    else if (problem instanceof SignatureError || problem instanceof FormatError) why = "report.keys-wrong";
    else throw problem;
    fill("nobody-why", say(why));
    go("nobody");
    return false;
  }

  /** Forget all that was typed and made. */
  function wipe() {
    unsent = false;
    form.reset();
    for (const name of ["words", "characters", "summary", "traces", "readers"]) fill(name, "");
    files?.wipe();
    work.stop();
    receipt = sealed = readers = null;
  }

  go("danger");
  return wipe;
}

/**
 * The poster that led here, or null: taken out of the address, and believed in one thing only, which
 * the writer sees and may change: the unit that stands first in the list.
 */
function takePoster() {
  const { href, hash, pathname, search } = location;
  if (!hash) return null;
  history.replaceState(null, "", pathname + search);
  try {
    return parsePoster(href.replace(search, ""));
  } catch (problem) {
    if (!(problem instanceof FormatError)) throw problem;
    return null;
  }
}
