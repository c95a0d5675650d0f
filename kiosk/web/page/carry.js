/**
 * The trust bundle and the status lists that this device carries, and their renewal.
 *
 * All lists are taken, whole, whatever is checked: nobody learns which certificate it was. What is
 * at hand only ever gets newer: a bundle with a lower serial and a list with an earlier date are
 * left where they are. The server's Date, seen on an answer that is never cached, is compared with
 * the device's clock.
 */

import { trustOf, verifiedList } from "./check.js";
import { unhex } from "./cose.js";
import { FormatError, SignatureError } from "./errors.js";
import { keep, kept } from "./keep.js";
import { verifyTrustBundle } from "./trust.js";

// More than so many seconds between the two clocks, and nothing is judged.
const MOST_OFF = 600;
// How long a check waits for the network, in milliseconds: with something at hand, and without.
const PATIENCE = 4_000;
const PATIENCE_WITHOUT = 20_000;
// What was fetched within so many seconds is not fetched again.
const RECENT = 60;
const MOST_BYTES = 2 ** 20;

let rootPoint = "";
let carried = null;
let fetching = null;

/**
 * `trust` (or null), the code of what is wrong with it (or null), whether it came just now from the
 * network, and how far the device's clock is off the server's (seconds; null if not known).
 */
let state = { trust: null, problem: null, online: false, clockOff: null, fetchedAt: 0 };

/** Begin with what the device has kept. `point` is the root's, in hexadecimal, from the page. */
export async function begin(point) {
  rootPoint = point;
  const record = await kept();
  if (record && record.root !== point) {
    state.problem = "root-changed";
    return;
  }
  if (record) await take(record);
}

/** Seconds since 1970, by this device's clock. */
export function now() {
  return Math.floor(Date.now() / 1000);
}

/** The state, renewed from the network if that answers in time; `later` is told if it is late. */
export async function carry(later = () => undefined) {
  if (state.problem === "root-changed") return state;
  if (Math.abs(now() - state.fetchedAt) < RECENT) return state;
  fetching ??= renew().finally(() => {
    fetching = null;
  });
  const late = Symbol("late");
  const patience = state.trust ? PATIENCE : PATIENCE_WITHOUT;
  const pause = new Promise((resolve) => setTimeout(resolve, patience, late));
  const renewal = fetching;
  if ((await Promise.race([renewal, pause])) === late) {
    state = { ...state, online: false, clockOff: null };
    renewal.then(() => state.online && later());
  }
  return state;
}

/** The state as it is. */
export function carriedNow() {
  return state;
}

async function renew() {
  try {
    const { numbers, clockOff, serverTime } = await fetchNumbers();
    const [bundle, ...lists] = await Promise.all([
      fetchBytes("/trust/bundle"),
      ...numbers.map((number) => fetchBytes(`/trust/status/${number}`)),
    ]);
    const problem = await take({
      root: rootPoint,
      bundle,
      lists: numbers.map((number, index) => [number, lists[index]]).filter(([, list]) => list),
      oldest: Math.min(...numbers),
      serverTime,
    });
    state = { ...state, problem, online: true, clockOff, fetchedAt: now() };
    if (!problem) await keep(carried);
  } catch (problem) {
    // Any failure of the network is a TypeError or an AbortError; a server in trouble is ours.
    if (!(problem instanceof TypeError || problem instanceof DOMException)) throw problem;
    state = { ...state, online: false, clockOff: null };
  }
}

/** The numbers of the lists to take, and what the answer's Date says about our clock. */
async function fetchNumbers() {
  const asked = Date.now() / 1000;
  const answer = await ask("/trust/lists", "no-store");
  const answered = Date.now() / 1000;
  const numbers = (await answer.json()).filter((number) => Number.isInteger(number)).slice(0, 64);
  const date = Date.parse(answer.headers.get("Date")) / 1000;
  if (Number.isNaN(date)) return { numbers, clockOff: null, serverTime: 0 };
  const serverTime = date + Number(answer.headers.get("Age") ?? 0);
  // The answer was written some time between the question and its arrival.
  const clockOff = serverTime - Math.min(Math.max(serverTime, asked), answered);
  return { numbers, clockOff, serverTime: Math.floor(serverTime) };
}

async function fetchBytes(address) {
  const answer = await ask(address, "no-cache");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return bytes.length > MOST_BYTES ? null : bytes;
}

async function ask(address, cache) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_WITHOUT);
  try {
    const answer = await fetch(address, { cache, credentials: "omit", signal: stop.signal });
    if (!answer.ok) throw new TypeError(`${address}: ${answer.status}`);
    return answer;
  } finally {
    clearTimeout(timer);
  }
}

/** Carry what this record adds to what is carried; the code of what is wrong with it, or null. */
async function take(record) {
  try {
    const bundle = record.bundle && (await verifyTrustBundle(record.bundle, unhex(rootPoint)));
    if (!bundle) return "trust-invalid";
    const older = state.trust && bundle.serial < state.trust.bundle.serial;
    const inForce = older ? state.trust.bundle : bundle;
    const lists = new Map();
    const bytes = new Map();
    for (const [number, list] of [...(carried?.lists ?? []), ...record.lists]) {
      if (number < record.oldest) continue;
      const verified = await listOrNull(inForce, number, list);
      const before = lists.get(number);
      if (!verified || (before && before.issuedAt >= verified.issuedAt)) continue;
      lists.set(number, verified);
      bytes.set(number, list);
    }
    const serverTime = Math.max(record.serverTime ?? 0, carried?.serverTime ?? 0);
    carried = {
      root: rootPoint,
      bundle: older ? carried.bundle : record.bundle,
      lists: [...bytes],
      serverTime,
    };
    const trust = trustOf(inForce, lists);
    // A clock that stands before the server's last word is behind, too.
    state = { ...state, trust: { ...trust, newest: Math.max(trust.newest, serverTime) } };
    return null;
  } catch (problem) {
    if (!(problem instanceof FormatError || problem instanceof SignatureError)) throw problem;
    return "trust-invalid";
  }
}

async function listOrNull(bundle, number, bytes) {
  try {
    return await verifiedList(bundle, number, bytes);
  } catch (problem) {
    if (problem instanceof FormatError || problem instanceof SignatureError) return null;
    throw problem;
  }
}

/** When the newest list at hand was signed, in seconds since 1970, or null. */
export function listedAt() {
  const lists = [...(state.trust?.lists.values() ?? [])];
  return lists.length ? Math.max(...lists.map((list) => list.issuedAt)) : null;
}

/** Whether the device's clock is further off the server's than an honest one can be. */
export function clockIsWrong() {
  return state.clockOff !== null && Math.abs(state.clockOff) > MOST_OFF;
}

