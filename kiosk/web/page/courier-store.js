/**
 * What a courier's phone keeps: its keys, the sealed pack, and every event that was not answered.
 *
 * An event is on the disk before the screen says that it is done. Events are added one after the
 * other, whichever tab is quicker: each names the one before it.
 */

import { FIRST, deviceIdOf, signEvent } from "./courier-event.js";
import { sha256 } from "./cose.js";

const DATABASE = "segel-courier";
const KEPT = "kept";
const EVENTS = "events";
const CHAIN = "courier-chain";
/** Wrong PINs after which the pack is gone. */
export const MOST_TRIES = 5;

/** The phone: {id, point, key, phoneKey, registered, number, head, anchor}, made at the first use. */
export async function theDevice() {
  return navigator.locks.request(CHAIN, async () => {
    const known = await get("device");
    if (known) return known;
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
      "verify",
    ]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const phoneKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    const made = {
      id: await deviceIdOf(point),
      point,
      key: pair.privateKey,
      phoneKey,
      registered: false,
      number: 0,
      head: FIRST,
      anchor: null,
    };
    await put({ device: made });
    return made;
  });
}

/** Change what is kept of the phone. */
export async function changeDevice(changes) {
  return navigator.locks.request(CHAIN, async () => {
    const device = { ...(await get("device")), ...changes };
    await put({ device });
    return device;
  });
}

/** Begin with new keys, for the old ones count no more; only where nothing waits to be sent. */
export async function forgetDevice() {
  await navigator.locks.request(CHAIN, async () => {
    if ((await allEvents()).some(({ message }) => message)) return;
    await inTransaction("readwrite", [KEPT, EVENTS], (transaction) => {
      transaction.objectStore(KEPT).clear();
      transaction.objectStore(EVENTS).clear();
    });
  });
}

/** The sealed pack {salt, bytes, expiresAt, tries}, or undefined. */
export function thePack() {
  return get("pack");
}

/** Keep a sealed pack instead of the last one; events that it knows already are forgotten. */
export async function keepPack(pack, number) {
  await inTransaction("readwrite", [KEPT, EVENTS], (transaction) => {
    transaction.objectStore(KEPT).put({ ...pack, tries: 0 }, "pack");
    const events = transaction.objectStore(EVENTS);
    events.openCursor(IDBKeyRange.upperBound(number)).onsuccess = ({ target }) => {
      if (!target.result) return;
      if (!target.result.value.message) target.result.delete();
      target.result.continue();
    };
  });
}

/** Count a try before it is made; how many are left after it. */
export async function countTry() {
  const pack = await get("pack");
  const tries = (pack?.tries ?? MOST_TRIES) + 1;
  if (pack) await put({ pack: { ...pack, tries } });
  return MOST_TRIES - tries;
}

/** The PIN was right. */
export async function forgetTries() {
  await put({ pack: { ...(await get("pack")), tries: 0 } });
}

/** Let go of the pack; the events stay. */
export async function dropPack() {
  await put({ pack: undefined });
}

/**
 * Note that something happened: sign it, bind it to the event before, and keep it; the kept line.
 * The id may be given, where something follows from it before.
 */
export async function addEvent({ kind, bag = 0, body = [], picture = null, id = newId() }) {
  return navigator.locks.request(CHAIN, async () => {
    const device = await get("device");
    const number = device.number + 1;
    const deviceAt = Math.floor(Date.now() / 1000);
    const event = {
      id,
      device: device.id,
      number,
      previous: device.head,
      deviceAt,
      uptime: Math.floor(performance.now()),
      anchor: anchorOf(device),
      kind,
      bag,
      body,
    };
    const message = await signEvent(device.key, device.point, event);
    const head = await sha256(message);
    const line = { number, id, kind, bag, body, at: deviceAt, message, picture, tries: 0, answer: null };
    await inTransaction("readwrite", [KEPT, EVENTS], (transaction) => {
      // A number that was used would fail here, and nothing of this would be kept.
      transaction.objectStore(EVENTS).add(line);
      transaction.objectStore(KEPT).put({ ...device, number, head }, "device");
    });
    return line;
  });
}

/** A fresh id of an event. */
export function newId() {
  return crypto.getRandomValues(new Uint8Array(16));
}

/** Every event that is kept, in order; those with a message were not answered yet. */
export async function allEvents() {
  return inTransaction("readonly", [EVENTS], (transaction) => transaction.objectStore(EVENTS).getAll());
}

/** Change lines of events: [number, changes]. */
export async function changeEvents(changes) {
  await inTransaction("readwrite", [EVENTS], (transaction) => {
    const events = transaction.objectStore(EVENTS);
    for (const [number, change] of changes) {
      events.get(number).onsuccess = ({ target }) => {
        if (target.result) events.put({ ...target.result, ...change });
      };
    }
  });
}

/** The anchor as an event says it: its uptime counts only while this page is open. */
function anchorOf({ anchor }) {
  if (!anchor) return [];
  const { server, device, uptime, page } = anchor;
  return page === PAGE ? [server, device, uptime] : [server, device];
}

/** This opening of the page, by which uptimes are told apart. */
export const PAGE = crypto.randomUUID?.() ?? String(Math.random());

async function get(name) {
  return inTransaction("readonly", [KEPT], (transaction) => transaction.objectStore(KEPT).get(name));
}

async function put(values) {
  await inTransaction("readwrite", [KEPT], (transaction) => {
    const kept = transaction.objectStore(KEPT);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) kept.delete(name);
      else kept.put(value, name);
    }
  });
}

/** What `ask` asks for, once everything of its transaction is on the disk. */
async function inTransaction(mode, stores, ask) {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(KEPT);
      opening.result.createObjectStore(EVENTS, { keyPath: "number" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(stores, mode, { durability: "strict" });
      const asked = ask(transaction);
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
