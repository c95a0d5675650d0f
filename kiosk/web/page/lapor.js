/** Starts the pages of sealed reports, or says that nothing can be sent from this browser. */

import words from "../../../signing/words.txt";
import { unhex } from "./cose.js";
import { useExit } from "./lapor-exit.js";
import { useForm } from "./lapor-form.js";
import { useKiosk } from "./lapor-kiosk.js";
import { useReply } from "./lapor-reply.js";

const given = JSON.parse(document.getElementById("setup").textContent);
const setup = { ...given, roots: given.roots.map(unhex) };
const USES = { report: useForm, answers: useReply };

// Where keys cannot be made, no form appears: there is no other way of sending.
if (canSeal()) {
  document.documentElement.classList.add("js");
  const form = document.querySelector("form");
  const leave = document.getElementById("leave");
  const wipe = USES[form.id](form, { setup, words });
  useExit(leave, wipe);
  if (setup.kiosk) useKiosk(leave.href, wipe);
} else {
  useExit(document.getElementById("leave"), () => {});
}

function canSeal() {
  try {
    // The shortest module there is: some browsers know WebAssembly and forbid it.
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return Boolean(crypto.subtle && BigInt);
  } catch {
    return false;
  }
}
