/**
 * What the device keeps: the newest trust bundle and status lists, and the root key it saw first.
 *
 * One record in IndexedDB, written whole, so that bundle and lists always belong together. Where
 * the browser keeps nothing (some private windows), the page works with what it fetches.
 */

const DATABASE = "segel";
const STORE = "kept";
const RECORD = "trust";

/** The record, or null: {root, bundle, lists: [[number, bytes]], serverTime}. */
export async function kept() {
  try {
    return (await withStore("readonly", (store) => store.get(RECORD))) ?? null;
  } catch (problem) {
    if (problem instanceof DOMException) return null;
    throw problem;
  }
}

/** Keep this record instead of the last one. */
export async function keep(record) {
  try {
    await withStore("readwrite", (store) => store.put(record, RECORD));
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
  }
}

async function withStore(mode, ask) {
  const database = await done(openDatabase());
  try {
    return await done(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function openDatabase() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return opening;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
