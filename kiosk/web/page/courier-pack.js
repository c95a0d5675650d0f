/** The pack of the day on this phone: loaded, sealed at once, opened with the PIN, wiped. */

import { carriedNow, carry, now } from "./carry.js";
import { hex } from "./cose.js";
import { keyOfPin, opened, sealed } from "./courier-seal.js";
import {
  addEvent,
  changeDevice,
  countTry,
  dropPack,
  forgetTries,
  keepPack,
  theDevice,
  thePack,
} from "./courier-store.js";

const SALT = 16;

// In memory while the page is open: the pack, and the key of its PIN.
let pack = null;
let pinKey = null;
let salt = null;

/** The opened pack, or null; one that is too old is none. */
export function packNow() {
  if (pack && pack.expires_at <= now()) pack = null;
  return pack;
}

/** The sealed pack, undefined where there is none, "expired" where it was just wiped for its age. */
export async function keptPack() {
  const kept = await thePack();
  if (!kept || kept.expiresAt > now()) return kept;
  await wipe("expired");
  return "expired";
}

/** Load the pack and seal it with `pin`, or with the PIN of before: "loaded", or why not. */
export async function loadPack(pin = null) {
  const device = await registered();
  if (typeof device === "string") return device;
  const answer = await ask(`/courier/pack?device=${hex(device.id)}`);
  if (typeof answer === "string") return answer;
  await carry();
  if (pin !== null) {
    salt = crypto.getRandomValues(new Uint8Array(SALT));
    pinKey = await keyOfPin(pin, salt);
  }
  const bytes = await sealed(device.phoneKey, pinKey, new TextEncoder().encode(JSON.stringify(answer)));
  // By this phone's clock, whatever the server's says: a day is a day.
  const lifetime = answer.expires_at - answer.made_at;
  await keepPack({ salt, bytes, expiresAt: now() + lifetime }, answer.number);
  pack = { ...answer, expires_at: now() + lifetime };
  return carriedNow().trust ? "loaded" : "trust";
}

/** Open the pack with `pin`: "opened", "gone", or how many tries are left. */
export async function openPack(pin) {
  const kept = await keptPack();
  if (!kept || kept === "expired") return "gone";
  const left = await countTry();
  if (left < 0) return wipe("pin");
  const device = await theDevice();
  const key = await keyOfPin(pin, kept.salt);
  const bytes = await opened(device.phoneKey, key, kept.bytes);
  if (!bytes) return left === 0 ? wipe("pin") : left;
  await forgetTries();
  pack = { ...JSON.parse(new TextDecoder().decode(bytes)), expires_at: kept.expiresAt };
  pinKey = key;
  salt = kept.salt;
  return "opened";
}

/** Let go of the pack, and say so to the office; what was not sent is kept. */
export async function wipe(why) {
  pack = null;
  pinKey = null;
  await dropPack();
  await addEvent({ kind: "wiped", body: [why] });
  return "gone";
}

async function registered() {
  const device = await theDevice();
  if (device.registered) return device;
  const label = navigator.userAgentData?.platform ?? navigator.platform ?? "";
  const answer = await ask("/courier/devices", { point: hex(device.point), label });
  if (typeof answer === "string") return answer;
  return changeDevice({ registered: true });
}

/** What the server answers, or a word for why it does not. */
async function ask(address, body = null) {
  try {
    const answer = await fetch(address, {
      method: body ? "POST" : "GET",
      cache: "no-store",
      headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    if (answer.status === 401) return "signed-out";
    return answer.ok ? await answer.json() : "refused";
  } catch (problem) {
    if (problem instanceof TypeError) return "offline";
    throw problem;
  }
}
