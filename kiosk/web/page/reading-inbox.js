/**
 * The inbox: what waits for a handler, opened a page at a time in this browser. Looking for a word,
 * and finding what is alike, happens here, in memory, for no server can.
 */

import { element, fill, show, showScreen } from "./lapor-screens.js";
import { Refused } from "./reading-api.js";
import { Index } from "./reading-search.js";
import { openEntry } from "./reading-thread.js";
import { dueInWords, isOverdue, unitName } from "./reading-words.js";
import { dayInWords, say } from "./words.js";

const SHOWN = 100;
// So many that are alike are shown as one, until somebody wants to see them all.
const FOLDED_FROM = 3;
// Which states are in which box (kiosk/domain/cases.py).
const BOXES = {
  waiting: ["received", "routed", "opened", "assigned", "reopened"],
  answered: ["answered"],
  "set-aside": ["set-aside"],
  closed: ["closed"],
};
const CHANGING = ["state", "urgency", "due_on", "opening"];
const AT_REST = ["received", "routed", "set-aside", "closed"];
// What the office has answered, or is done with, is no junk.
const NO_JUNK = ["answered", "closed", "set-aside"];
const LONGEST_LINE = 160;
const TO_UNDO_MS = 10_000;
// As many as the server takes in one step (kiosk/actions/handling.py).
const AT_ONCE = 500;
const TYPING_MS = 150;

/**
 * {enter(desk), back(id, done), run(work), setAside(seen), leave()}. `onCase(id)` shows the case that
 * somebody chose; what `run` does is said here where it is refused.
 */
export function useInbox(onCase) {
  const form = document.getElementById("filters");
  const list = document.querySelector('[data-slot="cases"]');
  const field = (name) => form.elements.namedItem(name);
  const index = new Index();
  let desk = null;
  let entries = [];
  let next = null;
  let chosen = new Set();
  let unfolded = new Set();
  let shown = SHOWN;
  let loading = null;
  let pending = null;
  let typing = 0;

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.name === "box") return run(anew);
    clearTimeout(typing);
    typing = setTimeout(() => {
      shown = SHOWN;
      draw();
    }, TYPING_MS);
  });
  on("[data-more]", () => run(more));
  on("[data-all]", () => run(all));
  on("[data-stop]", () => (loading = null));
  on("[data-anew]", () => run(anew));
  on("[data-none]", () => choose([], true));
  on("[data-aside]", () => setAside(entries.filter(({ id }) => chosen.has(id)).map(seenOf)));
  on("[data-undo]", () => {
    forgetPending();
    draw();
  });

  function on(selector, work) {
    document.querySelector(`[data-screen="inbox"] ${selector}`).addEventListener("click", work);
  }

  async function enter(given) {
    desk = given;
    showScreen("inbox");
    await run(anew);
  }

  /** Come back to the list from the case with this id; `done` is what was done there. */
  async function back(id, done = "") {
    showScreen("inbox");
    await run(() => lookAgain(id));
    say_("inbox-done", done);
  }

  /** Bring one case up to date; whoever loaded thousands keeps the others as they are. */
  async function lookAgain(id) {
    const entry = entries.find((one) => one.id === id);
    if (!entry) return anew();
    const now = await foundOrGone(desk.session.get(`cases/${id}`));
    if (!desk) return;
    const stays = now && BOXES[field("box").value].includes(now.state);
    if (stays) {
      for (const name of CHANGING) entry[name] = now[name];
      entry.messages = now.messages.length;
    }
    if (!stays) entries = entries.filter((one) => one !== entry);
    draw();
  }

  /** Do it, and say what went wrong. */
  async function run(work) {
    say_("inbox-fault", "");
    say_("inbox-done", "");
    try {
      await work();
    } catch (problem) {
      // Locked meanwhile: there is nobody to tell.
      if (!desk) return;
      say_("inbox-fault", say(problem.why ?? "reading.failed", problem.values));
      if (!(problem instanceof Refused)) throw problem;
    } finally {
      progress(null);
    }
  }

  async function anew() {
    const turn = (loading = {});
    const found = await desk.session.get(`cases?box=${field("box").value}`);
    if (turn !== loading) return;
    clear();
    document.querySelector('[data-slot="going-list"]').replaceChildren(...found.going.map(goingOf));
    show("going", found.going.length > 0);
    await take(found, turn);
  }

  async function more() {
    const turn = (loading = {});
    shown += SHOWN;
    if (next) await take(await desk.session.get(`cases?box=${field("box").value}&after=${next}`), turn);
  }

  async function all() {
    const turn = (loading = {});
    show("stop", true);
    while (next && turn === loading) {
      await take(await desk.session.get(`cases?box=${field("box").value}&after=${next}`), turn);
    }
  }

  /** Open a page of cases, and show it; nothing where somebody stopped, or left. */
  async function take(page, turn) {
    const opened = [];
    for (const [at, found] of page.cases.entries()) {
      progress(at, page.cases.length);
      opened.push({ ...found, ...(await openEntry(found, desk.who.openingKey)) });
      if (turn !== loading) return;
    }
    next = page.next;
    for (const entry of opened) {
      entries.push(entry);
      if (entry.report) index.add(wordsIn(entry));
    }
    draw();
  }

  function progress(at, of = 1) {
    const bar = document.querySelector('[data-slot="inbox-progress"]');
    bar.hidden = at === null;
    if (at === null) document.querySelector("[data-stop]").hidden = true;
    else Object.assign(bar, { value: at, max: of });
  }

  function draw() {
    const gone = new Set(pending?.cases.map(({ id }) => id));
    const waiting = entries.filter(({ id }) => !gone.has(id));
    const found = waiting.filter(fits());
    const rows = folded(found);
    list.replaceChildren(...rows.slice(0, shown).map(rowOf));
    list.hidden = !found.length;
    const some = { found: found.length, count: waiting.length };
    fill("inbox-count", waiting.length ? say(next ? "inbox.count-more" : "inbox.count", some) : "");
    say_("inbox-empty", found.length ? "" : say(waiting.length ? "inbox.none-found" : "inbox.empty"));
    document.querySelector("[data-more]").hidden = !next && rows.length <= shown;
    document.querySelector("[data-all]").hidden = !next;
    drawChosen();
  }

  /**
   * Of those that are copies, and that nobody works on, the first with all of them, unless they are
   * to be seen one by one. What tells of the same place and time in words of its own is never hidden:
   * whoever guesses those could bury a report under junk.
   */
  function folded(found) {
    const byId = new Map(found.map((entry) => [entry.id, entry]));
    return index.groups(byId.keys()).flatMap((ids) => {
      const alike = ids.length > 1 ? ids : [];
      const junk = ids.filter((id) => !NO_JUNK.includes(byId.get(id).state));
      const copies = ids.filter((id, at) => !at || index.isCopy(id));
      const still = copies.filter((id) => AT_REST.includes(byId.get(id).state));
      const folds = still.length >= FOLDED_FROM && !unfolded.has(ids[0]);
      const hidden = new Set(folds ? still.slice(1) : []);
      const shown = ids.filter((id) => !hidden.has(id));
      return shown.map((id) => ({ ...byId.get(id), alike, junk, folds: folds && id === still[0] }));
    });
  }

  function fits() {
    const query = field("query").value;
    const ids = query.trim() ? new Set(index.find(query)) : null;
    const wants = ["state", "urgency", "class"].map((name) => [name, field(name).value]).filter(([, value]) => value);
    const is = {
      state: (entry) => entry.state,
      urgency: (entry) => String(entry.urgency),
      class: (entry) => entry.report?.class,
    };
    return (entry) => (!ids || ids.has(entry.id)) && wants.every(([name, value]) => is[name](entry) === value);
  }

  function rowOf(entry) {
    const line = document.createElement("li");
    const { id, number, urgency, report, alike } = entry;
    const today = new Date().toLocaleDateString("sv-SE");
    const about = document.createElement("div");
    const open = element("button", report ? `${number} · ${say(`case.kind-${report.class}`)}` : number, "link");
    open.type = "button";
    open.addEventListener("click", () => run(() => onCase(id)));
    const head = element("p", "", "head");
    head.append(open, element("span", say(`case.urgency-${urgency}`), `tag urgency-${urgency}`));
    const story = report ? shortened(report.story) : say("case.shut");
    const due = element("span", dueInWords(entry.due_on, today), isOverdue(entry.due_on, today) ? "late" : "");
    const facts = element("p", "", "soft");
    const state = say(`case.state-${entry.state}`);
    const received = say("case.received", { day: dayInWords(entry.received_on) });
    facts.append(`${[unitName(desk.directory, entry.unit), state, received].join(" · ")} `, due);
    about.append(head, element("p", story), facts);
    if (entry.opening) about.append(element("p", say("case.opening"), "tag"));
    if (alike.length) about.append(alikeTo(entry));
    line.append(tickOf(entry), about);
    return line;
  }

  function tickOf({ id, number, state }) {
    const tick = document.createElement("div");
    tick.className = "pick-one";
    const input = document.createElement("input");
    Object.assign(input, { type: "checkbox", id: `pick-${id}`, checked: chosen.has(id) });
    input.addEventListener("change", () => choose([id], false, input.checked));
    const label = document.createElement("label");
    label.htmlFor = input.id;
    label.append(element("span", say("inbox.pick", { number }), "away"));
    if (!NO_JUNK.includes(state)) tick.append(input, label);
    return tick;
  }

  function alikeTo({ alike, junk, folds }) {
    const line = element("div", "", "some");
    line.append(element("span", say("inbox.alike", { count: alike.length })));
    if (junk.length) line.append(buttonFor("inbox.choose-alike", () => choose(junk, false, true)));
    if (folds) {
      const unfold = () => {
        unfolded.add(alike[0]);
        draw();
        document.getElementById(`pick-${alike[0]}`)?.focus();
      };
      line.append(buttonFor("inbox.show-alike", unfold));
    }
    return line;
  }

  function buttonFor(words, work) {
    const button = element("button", say(words), "button small");
    button.type = "button";
    button.addEventListener("click", work);
    return button;
  }

  function choose(ids, only, picked = true) {
    if (only) chosen = new Set();
    for (const id of ids) {
      if (picked) chosen.add(id);
      else chosen.delete(id);
    }
    for (const input of list.querySelectorAll("input[type=checkbox]")) {
      input.checked = chosen.has(input.id.slice("pick-".length));
    }
    drawChosen();
  }

  function drawChosen() {
    document.querySelector('[data-slot="bulk"]').hidden = !chosen.size;
    fill("bulk-says", say("inbox.chosen", { count: chosen.size }));
  }

  /** Set aside after a while in which it can be undone; nothing is sent before. */
  function setAside(cases) {
    commitPending();
    chosen = new Set();
    pending = { cases, timer: setTimeout(() => commitPending(), TO_UNDO_MS) };
    show("undo", true);
    fill("undo-says", say("inbox.setting-aside", { count: cases.length, seconds: TO_UNDO_MS / 1000 }));
    draw();
    document.querySelector("[data-undo]").focus();
  }

  function commitPending() {
    if (!pending) return;
    const { cases } = pending;
    forgetPending();
    const gone = new Set(cases.map(({ id }) => id));
    entries = entries.filter(({ id }) => !gone.has(id));
    run(async () => {
      const stay = [];
      try {
        for (let at = 0; at < cases.length; at += AT_ONCE) {
          const answer = await desk.session.post("aside", { cases: cases.slice(at, at + AT_ONCE) });
          stay.push(...answer.stay);
        }
        if (stay.length) await anew();
      } catch (problem) {
        // Those of the turn that failed are all as they were.
        if (problem instanceof Refused) await anew();
        throw problem;
      }
      const done = say("inbox.set-aside", { count: cases.length - stay.length });
      say_("inbox-done", stay.length ? `${done} ${say("inbox.stays", { count: stay.length })}` : done);
    });
  }

  function forgetPending() {
    clearTimeout(pending?.timer);
    pending = null;
    show("undo", false);
  }

  function clear() {
    entries = [];
    next = null;
    chosen = new Set();
    unfolded = new Set();
    shown = SHOWN;
    index.clear();
  }

  /** Forget all that was opened. */
  function leave() {
    loading = null;
    clearTimeout(typing);
    forgetPending();
    clear();
    form.reset();
    list.replaceChildren();
    fill("going-list", "");
    for (const name of ["inbox-fault", "inbox-done", "inbox-count", "inbox-empty"]) fill(name, "");
    desk = null;
  }

  return {
    enter,
    back,
    run,
    async setAside(seen) {
      await back(seen.id);
      setAside([seen]);
    },
    leave,
  };
}

/** A case as it is on the screen: what came later must not be set aside with it. */
function seenOf({ id, state, messages }) {
  return { id, state, messages };
}

/** What there is; null where it is nobody's any more who asks. */
async function foundOrGone(asked) {
  try {
    return await asked;
  } catch (problem) {
    if (!(problem instanceof Refused) || problem.why !== "reading.gone") throw problem;
    return null;
  }
}

/** A reminder of what goes first of a case that is over. */
function goingOf({ number, identity_goes: identity, case_goes: whole }) {
  const words = identity ? "inbox.going" : "inbox.going-whole";
  return element("li", say(words, { number, day: dayInWords(identity ?? whole) }));
}

/** Say it in a place that is there only while it says something. */
function say_(name, text) {
  fill(name, text);
  show(name, Boolean(text));
}

function wordsIn({ id, number, received_on: day, report }) {
  const { unit, when, where, who } = report.answers;
  return { id, number, day, unit, when, where, who, story: report.story };
}

function shortened(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
