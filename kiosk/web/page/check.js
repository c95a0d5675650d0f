/**
 * The numbered checks on the text of a QR code (docs/formats/token.md, "Checks").
 *
 * The twin of verifier/token.py and verifier/status.py: the same checks, in the same order, with
 * the same codes. Both are held to tests/vectors/token.json. Nothing here asks any network.
 */

import { hex, verifySign1 } from "./cose.js";
import { FormatError, SignatureError } from "./errors.js";
import { dayOf, lastDayOf, numberOf } from "./numbers.js";
import { STATUS_IS, statusOf, verifyStatusList } from "./status.js";
import { parseToken } from "./token.js";
import { USE, verifyTrustBundle } from "./trust.js";

// How far an honest device's clock may be behind ours, in seconds.
export const SKEW = 300;

/**
 * What the signed bytes say, once bundle and lists are known to be genuine.
 * `lists` maps a number to bytes. Throws FormatError or SignatureError.
 */
export async function carriedTrust(bundleBytes, lists, rootPoint) {
  const bundle = await verifyTrustBundle(bundleBytes, rootPoint);
  const verified = new Map();
  for (const [number, bytes] of lists) {
    verified.set(number, await verifiedList(bundle, number, bytes));
  }
  return trustOf(bundle, verified);
}

/** The list of this number, signed by a status key of the bundle. */
export async function verifiedList(bundle, number, bytes) {
  for (const key of bundle.keys) {
    if (key.use !== USE.status || key.withdrawnAt) continue;
    try {
      const list = await verifyStatusList(bytes, key.point);
      if (list.uri.endsWith(`/trust/status/${number}`)) return list;
    } catch (problem) {
      if (!(problem instanceof FormatError || problem instanceof SignatureError)) throw problem;
    }
  }
  throw new SignatureError(`status list ${number} is not signed by a status key of the bundle`);
}

/** A bundle and its lists, with what follows from both. Times are seconds since 1970. */
export function trustOf(bundle, lists) {
  const known = [...lists.values()];
  return {
    bundle,
    lists,
    // The time of the newest signed thing at hand.
    newest: Math.max(bundle.issuedAt, ...known.map((list) => list.issuedAt)),
    // Until when no key can be in use that the bundle does not name.
    completeUntil: Math.max(
      bundle.issuedAt,
      ...known
        .filter((list) => list.bundleSerial === bundle.serial)
        .map((list) => list.issuedAt + list.ttl),
    ),
  };
}

/**
 * The verdict on a PDF of ours, from the one on the text in its QR code. `digest` is what the file
 * comes to, or null where it was changed or cut off (sheet.js).
 */
export function withFile(verdict, text, digest) {
  const code = digest === null ? "altered" : bound(text, digest) ? "bound" : "binding";
  const number = code === "altered" ? 15 : 16;
  if (code === "bound") {
    const finding = { number, code, level: "passed", values: {} };
    return { ...verdict, findings: [finding, ...verdict.findings] };
  }
  const finding = { number, code, level: "problem", values: {} };
  return { outcome: "not-genuine", findings: [finding], certificate: null, as_of: null };
}

function bound(text, digest) {
  try {
    return hex(parseToken(text).payload.digest) === digest;
  } catch (problem) {
    if (problem instanceof FormatError) return false;
    throw problem;
  }
}

/** The verdict on the text of a QR code, or on its digits alone, at `now` (seconds since 1970). */
export async function checkToken(text, trust, now) {
  const findings = [];
  const passed = (number, code) => findings.push({ number, code, level: "passed", values: {} });
  const verdict = (outcome, number, code) => {
    findings.push({ number, code, level: "problem", values: {} });
    return { outcome, findings, certificate: null, as_of: null };
  };

  // (1) It is a certificate's token, in its one spelling.
  let token;
  try {
    token = parseToken(text);
  } catch (problem) {
    if (!(problem instanceof FormatError)) throw problem;
    if (looksLikeOurs(text)) return verdict("not-genuine", 1, "malformed");
    return verdict("cannot-check", 1, "not-our-code");
  }
  passed(1, "readable");

  // (2) It leads to our host. The digits are checked all the same; the person is warned.
  const { bundle } = trust;
  if (token.host === null || bundle.hosts.includes(token.host)) {
    passed(2, "host");
  } else {
    findings.push({
      number: 2,
      code: "other-host",
      level: "warning",
      values: { host: token.host },
    });
  }

  // (3) What we carry can be used now: the clock is not behind it, and it is not too old.
  if (now + SKEW < trust.newest) return verdict("cannot-check", 3, "clock-behind");
  if (now >= bundle.expiresAt) return verdict("cannot-check", 3, "bundle-expired");
  passed(3, "bundle");

  // (4) Somebody we trust claims to have signed it.
  const keys = bundle.keys.filter(
    (key) => key.use === USE.certificate && key.keyId === token.keyId,
  );
  if (!keys.length) {
    if (trust.completeUntil < Math.min(now, token.payload.issuedAt)) {
      return verdict("cannot-check", 4, "bundle-older");
    }
    return verdict("not-genuine", 4, "unknown-key");
  }
  passed(4, "known-key");

  // (5) And did. Key ids are short: every key that bears this one is tried.
  const key = await signerOf(token, keys);
  if (!key) return verdict("not-genuine", 5, "signature");
  passed(5, "signature-holds");
  return standing(token, key, trust, now, findings);
}

/** The checks that stand after the signature held: (6) to (10). */
function standing({ payload }, key, trust, now, findings) {
  const certificate = certificateOf(payload, trust.bundle);
  const known = trust.lists.get(payload.statusList);
  const verdict = (outcome, number, code, level = "problem") => {
    findings.push({ number, code, level, values: {} });
    return { outcome, findings, certificate, as_of: known ? known.issuedAt : null };
  };
  const passed = (number, code) => findings.push({ number, code, level: "passed", values: {} });

  // (6) The key may sign for this unit, at that time, and was not withdrawn since.
  if (key.withdrawnAt) return verdict("withdrawn", 6, "key-withdrawn");
  if (key.units.length && !key.units.includes(payload.unit)) {
    return verdict("not-genuine", 6, "key-unit");
  }
  if (payload.issuedAt < key.signFrom || payload.issuedAt >= key.signUntil) {
    return verdict("not-genuine", 6, "key-period");
  }
  if (!certificate) return verdict("cannot-check", 6, "unknown-unit");
  passed(6, "key-allowed");

  // (7) It was not issued in the future: then our clock is wrong.
  if (now + SKEW < payload.issuedAt) return verdict("cannot-check", 7, "clock-behind");
  passed(7, "clock");

  // (8) Nobody withdrew or suspended it, as far as we know, and (9) it has not run out.
  const status = known ? statusOf(known, payload.statusIndex) : STATUS_IS.valid;
  if (status === STATUS_IS.withdrawn) return verdict("withdrawn", 8, "withdrawn");
  if (now >= payload.expiresAt) return verdict("expired", 9, "expired");
  if (!known) return verdict("cannot-check", 8, "status-missing");
  if (status === STATUS_IS.suspended) return verdict("suspended", 8, "suspended");
  passed(8, "not-withdrawn");
  passed(9, "not-expired");

  // (10) The word of withdrawals is fresh, or we say how old it is.
  if (now > known.issuedAt + known.ttl) {
    return verdict("genuine-as-of", 10, "status-old", "warning");
  }
  return verdict("genuine", 10, "status-fresh", "passed");
}

/** Whether `text` has the form of our codes, right or wrong. */
export function looksLikeOurs(text) {
  const mark = text.indexOf("/#");
  if (mark < 0) return /^[0-9]+$/.test(text);
  // Whatever is written after the mark of our codes is meant to be one of them.
  return /^https?:\/\//.test(text.slice(0, mark)) && /^\p{Nd}/u.test(text.slice(mark + 2));
}

async function signerOf(token, keys) {
  for (const key of keys) {
    try {
      await verifySign1(token.message, key.point);
      return key;
    } catch (problem) {
      if (!(problem instanceof SignatureError)) throw problem;
    }
  }
  return null;
}

/** The fields of a token in words, or null where the bundle does not know its unit. */
function certificateOf(payload, bundle) {
  const unit = bundle.units.get(payload.unit);
  if (!unit) return null;
  const issuedOn = dayOf(payload.issuedAt, unit.offset);
  const purpose =
    typeof payload.purpose === "string"
      ? [payload.purpose, payload.purpose]
      : (bundle.purposes.get(payload.purpose) ?? ["lihat lembarnya", "see the sheet"]);
  return {
    number: numberOf(unit.template, payload.sequence, issuedOn),
    name: payload.name,
    birth_year: payload.birthYear,
    nik_code: payload.nikCode,
    unit: unit.name,
    issued_on: issuedOn,
    valid_until: lastDayOf(payload.expiresAt, unit.offset),
    purpose,
    result: payload.result,
  };
}
