/** A verdict put into the page: word, icon, why, what to do, the fields, the list of checks. */

import { daysBetween } from "./numbers.js";
import { agoInWords, dayInWords, has, language, say, timeInWords } from "./words.js";

/** The element of the page with this data-slot, inside `view` where a name stands twice. */
export function slot(name, view = document) {
  return view.querySelector(`[data-slot="${name}"]`);
}

/** Put `verdict` into the result view; `served` where the server made the check. */
export function showVerdict(verdict, { now, served }) {
  const view = document.querySelector('[data-view="result"]');
  const { outcome, certificate } = verdict;
  const code = decidingCode(verdict);
  const values = {
    date: verdict.asOf ? timeInWords(verdict.asOf) : "?",
    unit: certificate?.unit ?? "",
    until: certificate ? dayInWords(certificate.valid_until) : "?",
  };
  slot("card", view).dataset.outcome = outcome;
  slot("icon", view).setAttribute("href", `#i-${outcome}`);
  const word = say(`outcome.${outcome}`, values);
  const why = say(`why.${code}`, values);
  const toDo = say(has(`do.${code}`) ? `do.${code}` : `do.${outcome}`, values);
  slot("word", view).textContent = word;
  slot("why", view).textContent = why;
  slot("do", view).textContent = toDo;
  slot("announce").textContent = `${word}. ${why} ${toDo}`;
  showOtherHost(view, verdict);
  showFields(view, verdict, now);
  showChecks(view, verdict);
  slot("checked-at", view).textContent = say("page.checked-at", { date: timeInWords(now) });
  slot("here", view).hidden = served;
  slot("served", view).hidden = !served;
}

/** The code of the finding that decided: the sentence why hangs on it. */
export function decidingCode({ outcome, findings }) {
  const problems = findings.filter((finding) => finding.level === "problem");
  if (problems.length) return problems[problems.length - 1].code;
  return { genuine: "status-fresh", "genuine-as-of": "status-old" }[outcome] ?? outcome;
}

/** Put into every place for it how old the lists at hand are. */
export function showAge(listedAt, { now, online, known }) {
  const age =
    listedAt === null
      ? known
        ? ""
        : say("page.list-none")
      : say("page.list-of", { date: timeInWords(listedAt), ago: agoInWords(listedAt, now) });
  const text = age && listedAt !== null && !online ? `${age}. ${say("page.list-offline")}` : age;
  for (const place of document.querySelectorAll('[data-slot="age"]')) place.textContent = text;
}

function showOtherHost(view, { findings }) {
  const other = findings.find((finding) => finding.code === "other-host");
  slot("other-host", view).hidden = !other;
  slot("host", view).textContent = other?.values.host ?? "";
}

function showFields(view, { outcome, certificate }, now) {
  // What nobody vouches for is not shown.
  const shown = certificate && outcome !== "not-genuine";
  slot("compare", view).hidden = !shown;
  slot("nik-panel", view).hidden = !shown;
  if (!shown) return;
  const days = daysBetween(new Date(now * 1000).toISOString().slice(0, 10), certificate.valid_until);
  const left = say(days ? "page.days-left" : "page.last-day", { days });
  const fields = {
    name: certificate.name,
    number: certificate.number,
    birth_year: certificate.birth_year,
    unit: certificate.unit,
    issued_on: dayInWords(certificate.issued_on),
    valid_until: dayInWords(certificate.valid_until) + (days >= 0 ? ` (${left})` : ""),
    purpose: certificate.purpose[language === "id" ? 0 : 1],
    result: say(`page.result-${certificate.result}`),
  };
  for (const [name, text] of Object.entries(fields)) {
    slot(`field-${name}`, view).replaceChildren(...breakable(String(text)));
  }
}

/** A text that may be broken behind its slashes, as numbers of certificates want to be. */
function breakable(text) {
  const [first, ...rest] = text.split("/");
  return [first, ...rest.flatMap((part) => ["/", document.createElement("wbr"), part])];
}

function showChecks(view, { findings }) {
  const lines = findings.map(({ code, level, values }) => {
    const line = document.createElement("li");
    line.className = level;
    line.append(icon(level), document.createElement("span"));
    line.lastChild.textContent = say(`check.${code}`, values, say("check.other", { code }));
    return line;
  });
  slot("checks", view).replaceChildren(...lines);
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  drawing.append(use);
  return drawing;
}
