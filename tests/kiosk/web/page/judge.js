/**
 * Runs the page's own checks over the vectors; the same file in Node and in every browser.
 * Imported with the address of kiosk/web/page, so that a browser can fetch it from a test server.
 */

/** For each case of tests/vectors/token.json: outcome, finding codes, certificate. */
export async function judge(vectors, page) {
  const { carriedTrust, checkToken } = await import(`${page}check.js`);
  const { unhex, keyIdOf, hex } = await import(`${page}cose.js`);
  const { decodeDigits } = await import(`${page}base10.js`);
  const { nikCode } = await import(`${page}token.js`);
  const { numberOf } = await import(`${page}numbers.js`);
  const lists = Object.entries(vectors.status_lists).map(([number, bytes]) => [
    Number(number),
    unhex(bytes),
  ]);
  const trust = await carriedTrust(unhex(vectors.bundle), new Map(lists), unhex(vectors.root_point));
  const cases = [];
  for (const { name, text, now } of vectors.cases) {
    const verdict = await checkToken(text, trust, now);
    cases.push({
      name,
      outcome: verdict.outcome,
      findings: verdict.findings.map((finding) => finding.code),
      certificate: verdict.certificate,
    });
  }
  const keyIds = {};
  for (const point of Object.keys(vectors.key_ids)) keyIds[point] = await keyIdOf(unhex(point));
  return {
    cases,
    base10: vectors.base10.map(({ digits }) => hex(decodeDigits(digits))),
    key_ids: keyIds,
    nik: await nikCode(vectors.nik.nik),
    numbers: vectors.numbers.map((one) => numberOf(one.template, one.sequence, one.issued_on)),
  };
}

/** What every way of spoiling a bundle or a list gives: "accepted", or the name of the error. */
export async function judgeTrust(cases, page) {
  const { carriedTrust } = await import(`${page}check.js`);
  const { unhex } = await import(`${page}cose.js`);
  const answers = [];
  for (const { bundle, lists, root } of cases) {
    const given = new Map(Object.entries(lists).map(([n, bytes]) => [Number(n), unhex(bytes)]));
    try {
      await carriedTrust(unhex(bundle), given, unhex(root));
      answers.push("accepted");
    } catch (problem) {
      answers.push(problem.constructor.name);
    }
  }
  return answers;
}

/** For each file in hexadecimal digits what binds it: a digest, "changed", or "not ours". */
export async function judgeSheets(files, page) {
  const { openSheet } = await import(`${page}sheet.js`);
  const { unhex } = await import(`${page}cose.js`);
  const answers = [];
  for (const file of files) {
    const sheet = await openSheet(unhex(file));
    answers.push(sheet === null ? "not ours" : (sheet.digest ?? "changed"));
  }
  return answers;
}

/** For each case of tests/vectors/sheet.json whether its token is bound to its digest. */
export async function judgeBindings(cases, page) {
  const { withFile } = await import(`${page}check.js`);
  const genuine = { outcome: "genuine", findings: [], certificate: null, as_of: null };
  return cases.map(({ token, digest }) => withFile(genuine, token, digest).outcome);
}

/** For each case of tests/vectors/slip.json what it says, or the name of the error. */
export async function judgeSlips(vectors, page) {
  const { carriedTrust } = await import(`${page}check.js`);
  const { hex, unhex } = await import(`${page}cose.js`);
  const { readSlip } = await import(`${page}slip.js`);
  const trust = await carriedTrust(unhex(vectors.bundle), new Map(), unhex(vectors.root_point));
  const answers = [];
  for (const { name, text } of vectors.cases) {
    try {
      const slip = await readSlip(text, trust);
      const { kind, unit, bag, reference, issuedAt, expiresAt, proxy } = slip;
      const fields = [kind, unit, bag, reference, issuedAt, expiresAt, hex(proxy)];
      answers.push({ name, error: null, fields });
    } catch (problem) {
      answers.push({ name, error: problem.constructor.name, fields: null });
    }
  }
  return answers;
}

/** For each case of tests/vectors/event.json what the phone makes of it; and one of its own. */
export async function judgeEvents(vectors, page) {
  const { deviceIdOf, payloadOf, receiptOf, signEvent } = await import(`${page}courier-event.js`);
  const { hex, parseSign1, unhex, verifySign1 } = await import(`${page}cose.js`);
  const point = unhex(vectors.point);
  const item = (value) => {
    if (Array.isArray(value)) return value.map(item);
    return typeof value === "string" && value.startsWith("h:") ? unhex(value.slice(2)) : value;
  };
  const read = ({ event }) => ({
    ...event,
    id: unhex(event.id),
    device: unhex(vectors.device),
    previous: unhex(event.previous),
    deviceAt: event.device_at,
    body: item(event.body),
  });
  const cases = [];
  for (const one of vectors.cases) {
    const message = parseSign1(unhex(one.message), 4096);
    const claims = await verifySign1(message, point);
    cases.push({
      payload: one.message.includes(hex(payloadOf(read(one)))),
      id: hex(claims.get(7)),
      receipt: receiptOf(unhex(one.event.id)),
    });
  }
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const made = [];
  for (let time = 0; time < 8; time++) {
    const pair = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
    const own = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const event = { ...read(vectors.cases[1]), device: await deviceIdOf(own) };
    made.push({ point: hex(own), message: hex(await signEvent(pair.privateKey, own, event)) });
  }
  return { device: hex(await deviceIdOf(point)), cases, made };
}

/** The slow hash that a phone compares with, for each [purpose, digits, salt, rounds]. */
export async function judgeHashes(given, page) {
  const { slowHash } = await import(`${page}courier-seal.js`);
  const { hex, unhex } = await import(`${page}cose.js`);
  const hashes = [];
  for (const [purpose, digits, salt, rounds] of given) {
    hashes.push(hex(await slowHash(purpose, digits, unhex(salt), rounds)));
  }
  return hashes;
}

/** What two PINs find in a sealed pack: the text, or null. */
export async function judgeSeal({ pins, text }, page) {
  const { keyOfPin, opened, sealed } = await import(`${page}courier-seal.js`);
  const salt = new Uint8Array(16);
  const kind = { name: "AES-GCM", length: 256 };
  const phone = await crypto.subtle.generateKey(kind, false, ["encrypt", "decrypt"]);
  const other = await crypto.subtle.generateKey(kind, false, ["encrypt", "decrypt"]);
  const bytes = await sealed(phone, await keyOfPin(pins[0], salt, 1000), new TextEncoder().encode(text));
  const found = [];
  for (const [key, pin] of [[phone, pins[0]], [phone, pins[1]], [other, pins[0]]]) {
    const plain = await opened(key, await keyOfPin(pin, salt, 1000), bytes);
    found.push(plain && new TextDecoder().decode(plain));
  }
  return { found, hidden: !new TextDecoder("latin1").decode(bytes).includes(text) };
}

/** What the round looks like after these events: state, counts and what may be tried, by bag. */
export async function judgeRound({ pack, lines, limits }, page) {
  const { balanceOf, isFor, mayTry, roundOf, stopsOf } = await import(`${page}courier-round.js`);
  const bags = roundOf(pack, lines);
  return {
    states: [...bags.values()].map(({ state, visits }) => [state, visits]),
    balance: balanceOf(bags),
    stops: stopsOf(bags).map(({ bag }) => bag),
    tries: mayTry(bags.get(1), limits),
    slips: [
      isFor({ bag: 1, reference: "", expiresAt: 9 }, bags.get(1), 8),
      isFor({ bag: 1, reference: "", expiresAt: 9 }, bags.get(1), 9),
      isFor({ bag: 2, reference: "P-000001", expiresAt: 9 }, bags.get(1), 8),
      isFor({ bag: 0, reference: "P-000001", expiresAt: 9 }, bags.get(1), 8),
      isFor({ bag: 0, reference: "P-000002", expiresAt: 9 }, bags.get(1), 8),
    ],
  };
}
