/** A case as it is shown: nothing here asks or changes anything. */

import { unhex } from "./cose.js";
import { DIRECTION } from "./envelope.js";
import { ruleFor } from "./lapor-rules.js";
import { element, fill, show } from "./lapor-screens.js";
import { placesFor } from "./reading-route.js";
import { ROUTES } from "./reading-thread.js";
import { becauseOf, dueInWords, unitName } from "./reading-words.js";
import { dayInWords, say } from "./words.js";

const ANSWERS = ["kind", "danger", "duty", "when", "where", "who", "unit"];
const TYPED = ["where", "who"];
const AT_WORK = ["assigned", "answered"];
// Of what may be done in which state (kiosk/domain/cases.py).
const STATES = {
  open: ["received", "routed"],
  assign: ["opened", "answered", "reopened", "set-aside"],
  answer: ["assigned", "answered"],
  note: ["received", "routed", "opened", "assigned", "answered", "reopened", "set-aside", "closed"],
  route: ["received", "routed", "opened", "assigned", "answered", "reopened"],
  aside: ["received", "routed", "opened", "assigned", "reopened"],
};

/** Whether this may be done with a case in this state. */
export function may(what, { state }) {
  return STATES[what].includes(state);
}

/** Say it in a place that is there only while it says something. */
export function tell(name, text) {
  fill(name, text);
  show(name, Boolean(text));
}

/** Show what a case says. `found` is the server's, `opened` what this browser opened of it. */
export function drawCase({ found, opened, desk }) {
  fill("case-number", found.number);
  drawStanding(found, opened, desk);
  drawWarnings(found, opened);
  drawReport(opened.report, desk);
  drawLines(opened);
  drawNotes(opened, desk);
  drawSteps(found, opened);
}

function drawStanding(found, opened, desk) {
  const { directory } = desk;
  const today = new Date().toLocaleDateString("sv-SE");
  const lines = [
    ["state", say(`case.state-${found.state}`)],
    ["due-name", dueInWords(found.due_on, today)],
    ["urgency", say(`case.urgency-${found.urgency}`)],
    ["received-name", dayInWords(found.received_on)],
    ["reads", unitName(directory, found.unit)],
    ["mode", opened.report ? say(`case.mode-${opened.report.mode ?? "unknown"}`) : ""],
    ["works", AT_WORK.includes(found.state) ? whoWorks(opened.notes, desk) : ""],
    ["confirmed", confirmedInWords(opened.notes)],
    ["identity-goes", found.identity_goes ? dayInWords(found.identity_goes) : ""],
    ["case-goes", found.case_goes ? dayInWords(found.case_goes) : ""],
  ];
  place("standing").replaceChildren(...lines.filter(([, text]) => text).map(([name, text]) => fact(name, text)));
}

function drawWarnings(found, opened) {
  const said = [];
  if (!opened.caseKey) said.push("case.warn-shut");
  else if (!opened.isWhole) said.push("case.warn-broken");
  // A browser without scripts had its words sealed by the server (docs/formats/report.md).
  if (opened.said.some(({ content }) => content?.via === "server")) said.push("case.warn-server");
  if (opened.report && found.urgency !== opened.report.urgency && may("open", found)) {
    said.push("case.warn-urgency");
  }
  place("warnings").replaceChildren(...said.map((code) => element("p", say(code), "fault")));
}

function drawReport(report, { directory }) {
  const said = (name) => {
    const value = report.answers[name];
    if (name === "unit") return value ? unitName(directory, value) : "";
    if (TYPED.includes(name)) return value;
    return value ? say(`case.${name}-${value}`) : "";
  };
  const lines = report ? ANSWERS.map((name) => fact(name, said(name) || say("case.not-said"))) : [];
  place("answers").replaceChildren(...lines);
  fill("story", report ? report.story : say("case.shut"));
  place("who-wrote").replaceChildren(...(report?.identity ? whoWrote(report.identity) : []));
}

function whoWrote({ name, contact }) {
  const list = document.createElement("dl");
  list.append(fact("name", name), fact("contact", contact || say("case.not-said")));
  return [element("h3", say("case.who-wrote")), list];
}

function drawLines({ said }) {
  const later = said.slice(1);
  place("case-messages").replaceChildren(...later.map(lineOf));
  show("no-messages", !later.length);
}

function lineOf({ direction, day, content }) {
  const ours = direction === DIRECTION.toReporter;
  const line = element("li", "", ours ? "message office" : "message");
  const who = say(ours ? "case.from-office" : "case.from-reporter");
  line.append(element("p", `${who}, ${dayInWords(day)}`, "who"), element("span", textOf(content)));
  return line;
}

function drawNotes({ notes }, { who, directory }) {
  const lines = notes.map(({ by, day, content }) => {
    const line = element("li", "", "message");
    line.append(
      element("p", `${byWhom(by, who, directory)}, ${dayInWords(day)}`, "who"),
      element("span", noteInWords(content)),
    );
    return line;
  });
  place("notes").replaceChildren(...lines);
}

function byWhom(by, who, { keys, units }) {
  const same = (id) => unhex(by).every((byte, index) => byte === id[index]);
  if (same(who.reader)) return say("case.you");
  const entry = keys.find(({ key }) => same(key.id));
  const name = units.find(({ code }) => code === entry?.unit)?.name ?? "";
  return say("case.colleague", { unit: name, key: by.slice(0, 8) });
}

function drawSteps(found, opened) {
  for (const part of document.querySelectorAll("[data-when]")) {
    part.hidden = !may(part.dataset.when, found) || !opened.caseKey;
  }
  const steps = { "[data-assign]": "assign", "[data-set-aside]": "aside" };
  for (const [selector, what] of Object.entries(steps)) {
    document.querySelector(`[data-screen="case"] ${selector}`).hidden = !may(what, found);
  }
  const some = may("assign", found) || may("aside", found);
  fill("next-hint", say(`case.next-${found.state}`, {}, ""));
  show("steps", some || Boolean(say(`case.next-${found.state}`, {}, "")));
  tell("no-answer", may("answer", found) || !opened.caseKey ? "" : say("case.no-answer"));
}

/** Put the proposal of the table into its form: what the reporter's answers come to. */
export function drawProposal(form, { report }) {
  const rule = ruleFor(report.answers);
  fill("proposal", say("case.proposal", inWords(rule)));
  fill("because", becauseOf(rule));
  const other = ["class", "urgency", "route"].some((name) => report[name] !== rule[name]);
  tell("other-proposal", other ? say("case.other-proposal", inWords(report)) : "");
  for (const name of ["class", "urgency", "route"]) form.elements.namedItem(name).value = String(rule[name]);
}

/** Show where the case may go, and why not elsewhere. */
export function drawPlaces(directory, { accused, unit, at }) {
  const rows = placesFor(directory, { accused, at }).map(({ code, name, depth, handlers, why }) => {
    const row = element("div", "", "pick");
    row.dataset.depth = String(Math.min(depth, 3));
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "unit", id: `to-${code}`, value: code, disabled: Boolean(why) });
    const label = element("label", `${name} `);
    label.htmlFor = input.id;
    const count = say(code === unit ? "case.place-own" : "case.place", { count: handlers.length });
    label.append(element("span", why ? say(`case.place-${why}`) : count, "hint"));
    row.append(input, label);
    return row;
  });
  place("places").replaceChildren(...rows);
}

/** Who said last that they work on it; empty where nobody did. */
function whoWorks(notes, { who, directory }) {
  const last = notes.filter(({ content }) => content?.works === true).pop();
  return last ? byWhom(last.by, who, directory) : "";
}

function noteInWords(content) {
  if (content?.works === true) return say("case.works-on-it");
  return content?.confirmed ? confirmationInWords(content.confirmed) : textOf(content);
}

/** What was confirmed of a case, from the last note that says so; empty where nothing was. */
function confirmedInWords(notes) {
  const last = notes.filter(({ content }) => content?.confirmed).pop();
  return last ? confirmationInWords(last.content.confirmed) : "";
}

function confirmationInWords(confirmed) {
  return ROUTES.includes(confirmed?.route) ? say("case.confirmed-as", inWords(confirmed)) : say("case.shut");
}

function inWords({ class: kind, urgency, route }) {
  return {
    class: say(`case.kind-${kind}`),
    urgency: say(`case.urgency-${urgency}`),
    route: say(`case.route-${route}`),
  };
}

function textOf(content) {
  return typeof content?.text === "string" ? content.text : say("case.shut-message");
}

function fact(name, text) {
  const line = document.createElement("div");
  line.append(element("dt", say(`case.${name}`)), element("dd", text, "plain"));
  return line;
}

function place(name) {
  return document.querySelector(`[data-slot="${name}"]`);
}
