/** A verdict put into the page: word, icon, why, what to do, the fields, the list of checks. */

import { daysBetween } from "./numbers.js";
import { counts } from "./verdict.js";
import { agoInWords, dayInWords, has, language, say, timeInWords } from "./words.js";

const DECIDING = new Set(["status-fresh", "status-old", "poster-ours"]);

/** The element of the page with this data-slot, inside `view` where a name stands twice. */
export function slot(name, view = document) {
  return view.querySelector(`[data-slot="${name}"]`);
}

/** Put `verdict`, as of `now`, into the result view. */
export function showVerdict(verdict, now) {
  const view = document.querySelector('[data-view="result"]');
  const { outcome, certificate } = verdict;
  const deciding = decidingFinding(verdict);
  const { code } = deciding;
  const values = {
    date: verdict.as_of ? timeInWords(verdict.as_of) : "?",
    unit: certificate?.unit ?? "",
    until: certificate ? dayInWords(certificate.valid_until) : "?",
  };
  slot("card", view).dataset.outcome = outcome;
  slot("icon", view).setAttribute("href", `#i-${outcome}`);
  const word = say(has(`word.${code}`) ? `word.${code}` : `outcome.${outcome}`, values);
  const why = has(`why.${code}`) ? say(`why.${code}`, values) : sentenceOf(deciding);
  const toDo = say(has(`do.${code}`) ? `do.${code}` : `do.${outcome}`, values);
  slot("word", view).textContent = word;
  slot("why", view).textContent = why;
  slot("do", view).textContent = toDo;
  showOtherHost(view, verdict);
  const warning = slot("other-host", view);
  const warned = warning.hidden ? "" : `${warning.querySelector("h2").textContent}. `;
  slot("announce").textContent = `${warned}${word}. ${why} ${toDo}`;
  showFields(view, verdict, now);
  showChecks(view, verdict);
  slot("checked-at", view).textContent = say("page.checked-at", { date: timeInWords(now) });
}

/** The finding that decided: the last problem, or what speaks for the freshness, or of a poster. */
function decidingFinding({ findings }) {
  const problems = findings.filter((finding) => finding.level === "problem");
  const fresh = findings.filter(({ code }) => DECIDING.has(code));
  const [deciding] = (problems.length ? problems : fresh).slice(-1);
  return deciding ?? { code: "", values: {}, sentence: "" };
}

/** One finding in a sentence: the server's own, or the one of its code. */
function sentenceOf({ code, values = {}, sentence }) {
  return sentence ?? say(has(`check.${code}`) ? `check.${code}` : `why.${code}`, values, code);
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
  slot("host", view).textContent = other?.values?.host ?? other?.sentence ?? "";
}

function showFields(view, verdict, now) {
  const { outcome, certificate } = verdict;
  // What nobody vouches for is not shown.
  const shown = certificate && outcome !== "not-genuine";
  const compared = counts(verdict);
  slot("compare", view).hidden = !shown;
  for (const name of ["compare-title", "photo"]) slot(name, view).hidden = !compared;
  slot("content-title", view).hidden = compared;
  if (!shown) return;
  const days = daysBetween(new Date(now * 1000).toISOString().slice(0, 10), certificate.valid_until);
  const left = say(days ? "page.days-left" : "page.last-day", { days });
  const fields = {
    name: certificate.name,
    number: certificate.number,
    birth_year: certificate.birth_year,
    unit: certificate.unit,
    issued_on: dayInWords(certificate.issued_on),
    valid_until: dayInWords(certificate.valid_until) + (compared && days >= 0 ? ` (${left})` : ""),
    // The server says it in the language of the page, the token's list in both.
    purpose: Array.isArray(certificate.purpose)
      ? certificate.purpose[language === "id" ? 0 : 1]
      : certificate.purpose,
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
  const lines = findings.map((finding) => {
    const line = document.createElement("li");
    line.className = finding.level;
    line.append(icon(finding.level), document.createElement("span"));
    line.lastChild.textContent = sentenceOf(finding);
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
