/**
 * Sending: every event that was not answered, in order, until it is (docs/formats/event.md).
 *
 * An answer may get lost on its way; what was sent is sent again, and the office knows it. What it
 * has answered is let go, but for a line that says what became of it.
 */

import { allEvents, changeDevice, changeEvents, PAGE, theDevice } from "./courier-store.js";
import { writeCbor } from "./cbor-writer.js";
import { hex } from "./cose.js";

const AT_ONCE = 50;
// Bytes of one delivery: what a slow road still carries within our patience.
const MOST_BYTES = 128 * 1024;
const ENDED = ["accepted", "duplicate", "review"];
const PATIENCE = 30_000;

/** Send what waits: {sent, left, wipe, known}, or null without a network. */
export async function sync() {
  return navigator.locks.request("courier-sync", async () => {
    let sent = 0;
    for (;;) {
      const device = await theDevice();
      const waiting = await unsent();
      if (!device.registered) return { sent, left: waiting.length, wipe: false, known: false };
      const lines = fitting(waiting);
      // The event first; its picture later, where both together do not get through.
      const told = (await deliver(device, lines, true)) ?? (await deliver(device, lines, false));
      if (!told) return null;
      sent += told.ended;
      const left = (await unsent()).length;
      if (!left || !told.ended) return { sent, left, wipe: told.wipe, known: told.known };
    }
  });
}

/** As many lines, from the first on, as one delivery holds; at least one. */
function fitting(lines) {
  let bytes = 0;
  const found = [];
  for (const line of lines.slice(0, AT_ONCE)) {
    bytes += line.message.length + (line.picture?.length ?? 0);
    if (found.length && bytes > MOST_BYTES) break;
    found.push(line);
  }
  return found;
}

/** Send these lines and note the answers; null where nothing was heard. */
async function deliver(device, lines, withPictures) {
  if (!withPictures && !lines.some(({ picture }) => picture)) return null;
  const told = await post(bodyOf(device.id, lines, withPictures));
  if (!told) {
    await changeEvents(lines.map(({ number, tries }) => [number, { tries: tries + 1 }]));
    return null;
  }
  await keepAnchor(told);
  return { ...told, ended: await settle(lines, told, withPictures) };
}

/** The lines that wait to be sent. */
export async function unsent() {
  return (await allEvents()).filter(({ message }) => message);
}

/** The same bytes as are sent, to be carried to the office by hand. */
export async function exported() {
  return bodyOf((await theDevice()).id, await unsent(), true);
}

function bodyOf(device, lines, withPictures) {
  const events = lines.map(({ message, picture }) => [
    message,
    (withPictures && picture) || new Uint8Array(),
  ]);
  return writeCbor([1, device, events]);
}

async function post(body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const asked = { at: Date.now(), uptime: performance.now() };
  try {
    const answer = await fetch("/courier/sync", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/cbor", Accept: "application/json" },
      body,
      signal: stop.signal,
    });
    return answer.ok ? { ...(await answer.json()), asked } : null;
  } catch (problem) {
    if (problem instanceof TypeError || problem instanceof DOMException) return null;
    throw problem;
  } finally {
    clearTimeout(timer);
  }
}

async function keepAnchor({ at, asked }) {
  const anchor = {
    server: at,
    device: Math.floor(asked.at / 1000),
    uptime: Math.floor(asked.uptime),
    page: PAGE,
  };
  await changeDevice({ anchor });
}

/** Note the answers; how many events are done with. */
async function settle(lines, { answers }, withPictures) {
  const byId = new Map(answers.map((one) => [one.id, one.answer]));
  const changes = lines.map((line) => {
    const answer = byId.get(hex(line.id)) ?? null;
    const ended = ENDED.includes(answer) && (withPictures || !line.picture);
    return [line.number, { answer, tries: line.tries + 1, ...(ended && { message: null, picture: null }) }];
  });
  await changeEvents(changes);
  return changes.filter(([, { message }]) => message === null).length;
}
