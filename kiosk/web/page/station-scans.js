/** The office's computer: begin a scan, show it a picture, tell it what was typed, end it. */

import { say } from "./words.js";

const SCANS = "/station/scans";
// Milliseconds until nobody waits for an answer any more: the reader itself takes its time.
const PATIENCE = 20_000;

/** What the office's computer refuses: a sentence, its status, and what is wrong by field. */
export class Refused extends Error {
  constructor(sentence, status, faults) {
    super(sentence);
    this.status = status;
    this.faults = faults;
  }
}

/** The id of a new scan: of the holder of `certificate`, {code} or {number, code}. */
export async function openScan(certificate) {
  return (await ask("POST", "", JSON.stringify(certificate), "application/json")).scan;
}

/** Where `scan` stands after this picture, a JPEG. */
export function postPicture(scan, picture, signal) {
  return ask("POST", `/${scan}/frames`, picture, "image/jpeg", signal);
}

/** Where `scan` stands after this was typed: {nik, birth}. */
export function typeCard(scan, typed) {
  return ask("POST", `/${scan}/typed`, JSON.stringify(typed), "application/json");
}

/** End `scan`; nobody waits for it, not even the page. */
export function endScan(scan) {
  fetch(`${SCANS}/${scan}`, { method: "DELETE", keepalive: true }).catch(() => undefined);
}

/** Throws Refused, TypeError where nobody is there, and a DOMException where nobody answers. */
async function ask(method, path, body, type, signal) {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE);
  signal?.addEventListener("abort", () => stop.abort());
  const answer = await fetch(SCANS + path + location.search, {
    method,
    headers: { Accept: "application/json", "Content-Type": type },
    body,
    signal: stop.signal,
    cache: "no-store",
  }).finally(() => clearTimeout(patience));
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw new Refused(said.detail ?? say("page.server-failed"), answer.status, said.faults);
}
