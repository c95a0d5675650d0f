/**
 * The desk of those who read sealed reports: a key is unlocked, then a handler sees the inbox, a
 * custodian what they are asked for. Everything opened is in the memory of this page and goes when
 * it locks itself, or is left.
 */

import words from "../../../signing/words.txt";
import { unhex } from "./cose.js";
import { fill, show, showScreen } from "./lapor-screens.js";
import { fetchDirectory, Refused, signIn } from "./reading-api.js";
import { useCase } from "./reading-case.js";
import { useInbox } from "./reading-inbox.js";
import { useNewKey, useUnlocking } from "./reading-key.js";
import { useOpenings } from "./reading-openings.js";
import { dayInWords, say } from "./words.js";

const given = JSON.parse(document.getElementById("setup").textContent);
const setup = { roots: given.roots.map(unhex), idleMinutes: given.idle_minutes };

document.documentElement.classList.add("js");
if (document.getElementById("desk")) useDesk();
else useNewKey(document.getElementById("new-key"), { words });

function useDesk() {
  const form = document.getElementById("unlock");
  let session = null;
  let idle = 0;

  let desk = null;
  const inbox = useInbox((id) => open.open(desk, id));
  const open = useCase({ goBack: inbox.back, setAside: inbox.setAside, words });
  const openings = useOpenings({ words });

  const showKeys = useUnlocking(form, enter);
  document.querySelector("[data-lock]").addEventListener("click", () => lock());
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, rest, { passive: true });
  // Also when the browser keeps the page to come back to.
  addEventListener("pagehide", () => lock());

  /** Let the reader `who` in, and show what their role reads. Throws Refused. */
  async function enter(who) {
    fill("wait", say("desk.signing-in"), form);
    const directory = await fetchDirectory(setup.roots);
    requireListed(directory, who.reader, Math.floor(Date.now() / 1000));
    session = await signIn(who);
    fill("me", session.unitName);
    show("signed-in", true);
    show("languages", false);
    rest();
    desk = { session, who, directory, refresh };
    if (session.role !== "handler") return openings.enter(desk);
    await inbox.enter(desk);
    await inbox.run(() => open.resume(desk));
  }

  /** Take the directory anew: it may say more by now. Throws Refused. */
  async function refresh() {
    const directory = await fetchDirectory(setup.roots);
    if (desk) desk.directory = directory;
  }

  /** Forget the key and all that was opened with it. */
  function lock() {
    clearTimeout(idle);
    open.leave();
    inbox.leave();
    openings.leave();
    session?.end();
    session = desk = null;
    form.reset();
    showKeys();
    show("signed-in", false);
    showScreen("unlock");
  }

  function rest() {
    clearTimeout(idle);
    if (session) idle = setTimeout(lock, setup.idleMinutes * 60_000);
  }

  showScreen("unlock");
}

/** Return if the directory lets this key read now. Throws Refused, which says why not. */
function requireListed(directory, reader, now) {
  const entry = directory.keys.find(({ key }) => key.id.every((byte, index) => byte === reader[index]));
  const day = (moment) => dayInWords(new Date(moment * 1000).toISOString().slice(0, 10));
  if (!entry) throw new Refused("reading.not-listed");
  if (now < entry.validFrom) throw new Refused("reading.not-yet", { day: day(entry.validFrom) });
  if (entry.until && now >= entry.until) throw new Refused("reading.ended", { day: day(entry.until) });
}
