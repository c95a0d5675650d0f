/** Unlocking a reader's key with its passphrase. */

import { unhex } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { unlockKey } from "./locked.js";
import { Refused } from "./reading-api.js";

/** The reader whose locked key (hexadecimal) and passphrase these are. Throws Refused. */
export async function unlockByPassphrase(text, passphrase) {
  try {
    const { kem, key, sealing, seed } = await unlockKey(unhex(text.trim()), passphrase);
    return { kem, seed, openingKey: { kem, key, sealing }, reader: sealing.id };
  } catch (problem) {
    if (problem instanceof CannotOpenError) throw new Refused("reading.wrong-secret");
    if (problem instanceof FormatError) throw new Refused("reading.wrong-file");
    throw problem;
  }
}
