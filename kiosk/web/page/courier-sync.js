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
const ENDED = ["accepted", "duplicate", "review"];
const PATIENCE = 30_000;

/** Send what waits: {sent, left, wipe, known}, or null without a network. */
export async function sync() {
  return navigator.locks.request("courier-sync", async () => {
    let sent = 0;
    for (;;) {
      const device = await theDevice();
      if (!device.registered) return { sent, left: (await unsent()).length, wipe: false, known: false };
      const lines = (await unsent()).slice(0, AT_ONCE);
      const told = await post(bodyOf(device.id, lines));
      if (!told) return null;
      await keepAnchor(told);
      const ended = await settle(lines, told);
      sent += ended;
      const left = (await unsent()).length;
      if (!left || !ended) return { sent, left, wipe: told.wipe, known: told.known };
    }
  });
}

/** The lines that wait to be sent. */
export async function unsent() {
  return (await allEvents()).filter(({ message }) => message);
}

/** The same bytes as are sent, to be carried to the office by hand. */
export async function exported() {
  return bodyOf((await theDevice()).id, await unsent());
}

function bodyOf(device, lines) {
  const events = lines.map(({ message, picture }) => [message, picture ?? new Uint8Array()]);
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
async function settle(lines, { answers }) {
  const byId = new Map(answers.map((one) => [one.id, one.answer]));
  const changes = lines.map((line) => {
    const answer = byId.get(hex(line.id)) ?? null;
    const ended = ENDED.includes(answer);
    return [line.number, { answer, tries: line.tries + 1, ...(ended && { message: null, picture: null }) }];
  });
  await changeEvents(changes);
  return changes.filter(([, { answer }]) => ENDED.includes(answer)).length;
}
