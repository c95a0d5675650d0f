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
  const { balanceOf, isFor, mayTake, mayTry, roundOf, stopsOf } = await import(`${page}courier-round.js`);
  const bags = roundOf(pack, lines);
  return {
    states: [...bags.values()].map(({ state, visits }) => [state, visits]),
    balance: balanceOf(bags),
    stops: stopsOf(bags).map(({ bag }) => bag),
    tries: mayTry(bags.get(1), limits),
    receivers: ["slip", "witness"].map((proof) => mayTake(bags.get(1), new Set([proof]))),
    unnamed: mayTake(bags.get(3), new Set(["slip"])),
    slips: [
      isFor({ bag: 1, reference: "", expiresAt: 9 }, bags.get(1), 8),
      isFor({ bag: 1, reference: "", expiresAt: 9 }, bags.get(1), 9),
      isFor({ bag: 2, reference: "P-000001", expiresAt: 9 }, bags.get(1), 8),
      isFor({ bag: 0, reference: "P-000001", expiresAt: 9 }, bags.get(1), 8),
      isFor({ bag: 0, reference: "P-000002", expiresAt: 9 }, bags.get(1), 8),
    ],
  };
}

/** What becomes of everything in tests/vectors/receipt.json; `list` is the text of the words. */
export async function judgeReceipts({ list, codes, typed, keys, numbers }, page) {
  const receipts = await import(`${page}receipt.js`);
  const { hex, unhex } = await import(`${page}cose.js`);
  const words = receipts.listOf(list);
  const read = (parse, text) => {
    try {
      return parse(text);
    } catch (problem) {
      if (!(problem instanceof receipts.ReceiptError)) throw problem;
      return [problem.mistake, problem.place, problem.typed];
    }
  };
  const fresh = receipts.newReceipt();
  const spelled = receipts.wordsOf(fresh, words).join(" ");
  const derived = [];
  for (const { secret, salt } of keys) {
    const { proof, seed } = await receipts.deriveKeys(BigInt(`0x${secret}`), unhex(salt));
    const digest = hex(await receipts.proofDigest(proof));
    derived.push({ secret, salt, proof: hex(proof), seed: hex(seed), digest });
  }
  return {
    codes: codes.map(({ secret }) => ({
      secret,
      words: receipts.wordsOf(BigInt(`0x${secret}`), words),
      characters: receipts.charactersOf(BigInt(`0x${secret}`)),
    })),
    typed: typed.map(({ text }) => ({
      text,
      read: read((one) => receipts.parseReceipt(one, words).toString(16), text),
    })),
    keys: derived,
    numbers: numbers.map(({ text }) => ({ text, read: read(receipts.parseCaseNumber, text) })),
    fresh: receipts.parseReceipt(spelled, words) === fresh && fresh < 1n << 77n,
    beginning: receipts.wordsBeginning("BA", words),
  };
}

/** A whole report, sealed by the page: the twin of `sealed_by_python` in make_sealed.py. */
export async function sealReport(asked, page) {
  const page_ = await sealing(page);
  const keys = await readerKeys(asked.readers, page_);
  const { hex, unhex, utf8 } = page_;
  const named = (...names) => names.map((name) => keys[name].sealing);
  const caseId = unhex(asked.case);
  const key = page_.caseKey(caseId);
  const identity = await page_.sealIdentity(
    caseId,
    named("internal 1", "internal 2", "internal 3"),
    named("external 1", "external 2"),
    utf8.encode(asked.identity),
  );
  const place = {
    direction: page_.DIRECTION.toOffice,
    sequence: 0,
    previous: await page_.digestOf(identity.bytes),
  };
  const message = await page_.sealMessage(key, place, utf8.encode(asked.text));
  const submission = await page_.encodeSubmission({
    caseId,
    wraps: await Promise.all(
      named("handler 1", "handler 2").map((reader) => page_.wrapKey(key, reader)),
    ),
    own: await page_.wrapKey(key, keys.reporter.sealing),
    proof: await page_.ownProof(unhex(asked.own), key),
    identity: identity.bytes,
    message,
  });
  const notes = page_.caseKey(caseId, { purpose: page_.PURPOSE.notes });
  const notePlace = {
    direction: page_.DIRECTION.note,
    sequence: 0,
    previous: await page_.digestOf(identity.bytes),
  };
  const sealedFile = async (secret, bytes) => {
    const file = await page_.fileSealer(secret, caseId, new Blob([bytes]));
    const chunks = [];
    for (let index = 0; index < file.count; index++) chunks.push(await file.chunk(index));
    // Sending is resumed by asking again.
    if (hex(await file.chunk(0)) !== hex(chunks[0])) throw new Error("a chunk has changed");
    const hashes = await Promise.all(chunks.map(page_.digestOf));
    return {
      id: hex(file.id),
      size: file.size,
      header: hex(file.header),
      chunks: chunks.map(hex),
      digest: hex(await page_.fileDigest(file.header, hashes)),
    };
  };
  const file = unhex(asked.file);
  const lock = (name, way, secret) => {
    const { kem, seed } = asked.readers[name];
    return page_.lockKey(kem, unhex(seed), way, secret);
  };
  const envelope = await page_.parseIdentity(identity.bytes);
  const share = await page_.openShare(envelope, caseId, keys["internal 1"]);
  return {
    submission: hex(submission),
    notes: hex(await page_.wrapKey(notes, keys["handler 1"].sealing)),
    note: hex(await page_.sealMessage(notes, notePlace, utf8.encode(asked.note))),
    file: await sealedFile(key.secret, file),
    original: await sealedFile(identity.key, file.subarray(0, 100)),
    passed: hex(await page_.passShare(envelope, caseId, share, keys.requester.sealing)),
    locked: {
      passphrase: hex(await lock("internal 1", page_.WAY.passphrase, asked.passphrase)),
      passkey: hex(await lock("handler 1", page_.WAY.passkey, unhex(asked.passkey))),
    },
  };
}

/** What tests/vectors/envelope.json opens to in the page, and how what is spoiled is refused. */
export async function judgeEnvelopes(vectors, page) {
  const page_ = await sealing(page);
  const { hex, unhex, text } = page_;
  const keys = await readerKeys(vectors.readers, page_);
  const own = unhex(vectors.own_secret);
  const read = async (sealed) => {
    const report = await page_.parseSubmission(unhex(sealed.submission));
    const { caseId } = report;
    const key = await page_.unwrapKey(report.wraps[1], caseId, keys["handler 2"]);
    const ownKey = await page_.unwrapKey(report.own, caseId, keys.reporter);
    const notes = await page_.unwrapKey(unhex(sealed.notes), caseId, keys["handler 1"]);
    const envelope = await page_.parseIdentity(report.identity);
    const shares = {};
    for (const name of CUSTODIANS) {
      // As a custodian gets it, who gets no envelope.
      const alone = await page_.ownShare(
        envelope.shares.map(({ side, kem, reader }) => [side, kem, reader]),
        envelope.shares.find(({ reader }) => hex(reader) === hex(keys[name].sealing.id)),
      );
      shares[name] = await page_.openShare(alone, caseId, keys[name]);
    }
    const place = { direction: 1, sequence: 0, previous: await page_.digestOf(report.identity) };
    const notePlace = { direction: 3, sequence: 0, previous: await page_.digestOf(report.identity) };
    return { report, caseId, key, ownKey, notes, envelope, shares, place, notePlace };
  };
  const opened = async (sealed) => {
    const all = await read(sealed);
    const { report, caseId, key, ownKey, envelope, shares } = all;
    const some = ["internal 3", "external 2", "internal 1"].map((name) => shares[name]);
    const identityKey = await page_.identityKey(envelope, caseId, some);
    const inBytes = ({ id, size, header, chunks }) => ({
      id: unhex(id),
      size,
      header: unhex(header),
      chunks: chunks.map(unhex),
    });
    const passed = await page_.openPassedShare(
      envelope,
      caseId,
      keys["internal 1"].sealing.id,
      unhex(sealed.passed),
      keys.requester,
    );
    const file = inBytes(sealed.file);
    const hashes = await Promise.all(file.chunks.map(page_.digestOf));
    const digest = async (secret, one) =>
      hex(await page_.digestOf(await page_.openFile(secret, caseId, one)));
    return {
      secret: hex(key.secret),
      mark: hex(await page_.markOf(key)),
      own: hex(ownKey.secret),
      is_own: await page_.isOwnKey(own, ownKey, report.proof),
      text: text.decode(await page_.openMessage(key, all.place, report.message)),
      note: text.decode(await page_.openMessage(all.notes, all.notePlace, unhex(sealed.note))),
      identity: text.decode(await page_.openIdentity(envelope, caseId, some)),
      policy: hex(envelope.policy),
      shares: Object.fromEntries(CUSTODIANS.map((name) => [name, hex(shares[name].secret)])),
      passed: hex(passed.secret),
      unlocked: {
        passphrase: await unlocked(sealed.locked.passphrase, vectors.passphrase),
        passkey: await unlocked(sealed.locked.passkey, unhex(vectors.passkey)),
      },
      file: await digest(key.secret, file),
      file_digest: hex(await page_.fileDigest(file.header, hashes)),
      original: await digest(identityKey, inBytes(sealed.original)),
    };
  };
  const unlocked = async (bytes, secret) => hex((await page_.unlockKey(unhex(bytes), secret)).seed);
  const whole = await read(vectors.python.sealed);
  const { caseId } = whole;
  const tries = {
    submission: (bytes) => page_.parseSubmission(bytes),
    wrap: (bytes) => page_.unwrapKey(bytes, caseId, keys["handler 2"]),
    message: (bytes) => page_.openMessage(whole.key, whole.place, bytes),
    identity: async (bytes) => {
      const envelope = await page_.parseIdentity(bytes);
      const shares = [];
      for (const name of ["internal 1", "internal 2", "external 1"]) {
        shares.push(await page_.openShare(envelope, caseId, keys[name]));
      }
      return page_.openIdentity(envelope, caseId, shares);
    },
  };
  const spoiled = [];
  const parts = {
    submission: unhex(vectors.python.sealed.submission),
    wrap: whole.report.wraps[1],
    identity: whole.report.identity,
    message: whole.report.message,
  };
  for (const { what, change } of vectors.spoiled) {
    const bytes = changed(parts[what], change, unhex);
    spoiled.push(await errorOf(() => tries[what](bytes)));
  }
  const quorums = [];
  for (const { shares: names, wrong } of vectors.quorums) {
    const given = names.map((name) => {
      const { reader, secret } = whole.shares[name];
      return { reader, secret: wrong.includes(name) ? turned(secret, 3) : secret };
    });
    try {
      const found = await page_.openIdentity(whole.envelope, caseId, given);
      quorums.push({ error: null, named: null, identity: text.decode(found) });
    } catch (problem) {
      const error = problem.constructor.name;
      quorums.push({ error, named: problem.keys ?? [], identity: null });
    }
  }
  const unusable = [];
  for (const [kem, bytes] of vectors.unusable) {
    const key = await page_.sealingKey(kem, unhex(bytes));
    unusable.push(await errorOf(() => page_.sealTo(key, own, own)));
  }
  const ids = {};
  for (const [name, key] of Object.entries(keys)) {
    ids[name] = { public: hex(key.sealing.bytes), id: hex(key.sealing.id) };
  }
  return {
    rfc9180: hex(await rfc9180(vectors.rfc9180, page_)),
    readers: ids,
    unusable,
    texts: vectors.texts.map(([length]) => page_.padText(new Uint8Array(length)).length),
    files: vectors.files.map(([length]) => page_.paddedFileLength(length)),
    python: await opened(vectors.python.sealed),
    javascript: await opened(vectors.javascript.sealed),
    spoiled,
    quorums,
  };
}

/** What tests/vectors/directory.json gives in the page. */
export async function judgeDirectories(vectors, page) {
  const page_ = await sealing(page);
  const { hex, unhex } = page_;
  const roots = vectors.roots.map(unhex);
  const directories = [];
  const published = unhex(vectors.published);
  for (const { change } of vectors.directories) {
    const bytes = changed(published, change, unhex);
    directories.push(await errorOf(() => page_.verifyDirectory(bytes, roots)));
  }
  const directory = await page_.verifyDirectory(published, roots);
  const ids = (keys) => keys.map(({ key }) => hex(key.id));
  const routes = vectors.routes.map(({ near, accused, at }) => {
    try {
      const way = page_.route(directory, { near, accused, at });
      return {
        error: null,
        unit: way.unit.code,
        instead_of: way.insteadOf.map((unit) => unit.code),
        excluded: [...way.excluded].sort((one, other) => one - other),
        handlers: ids(way.handlers),
        internal: ids(way.internal),
        external: ids(way.external),
      };
    } catch (problem) {
      return { error: problem.constructor.name };
    }
  });
  const body = unhex(vectors.body);
  const before = await page_.parseDirectory(body);
  const successors = [];
  for (const { change } of vectors.successors) {
    const after = await page_.parseDirectory(changed(body, change, unhex));
    successors.push(await errorOf(() => page_.requireSuccessor(before, after)));
  }
  return { digest: hex(directory.digest), directories, successors, routes };
}

const CUSTODIANS = ["internal 1", "internal 2", "internal 3", "external 1", "external 2"];

/** The modules that seal; imported here alone, because a browser gets them in a bundle. */
async function sealing(page) {
  const { hex, unhex } = await import(`${page}cose.js`);
  const text = new TextDecoder("utf-8", { fatal: true });
  const modules = { ...(await import(`${page}sealing.js`)), ...(await import(`${page}locked.js`)) };
  return { ...modules, hex, unhex, text, utf8: new TextEncoder() };
}

async function readerKeys(readers, { openingKey, unhex }) {
  const keys = {};
  for (const [name, { kem, seed }] of Object.entries(readers)) {
    keys[name] = await openingKey(kem, unhex(seed));
  }
  return keys;
}

/** RFC 9180's own text, opened by the library underneath: our formats use no further data. */
async function rfc9180({ seed, info, aad, enc, sealed }, { KEM, openingKey, suiteOfKind, unhex }) {
  const key = await openingKey(KEM.x25519, unhex(seed));
  const context = await suiteOfKind(KEM.x25519).createRecipientContext({
    recipientKey: key.key,
    enc: unhex(enc),
    info: unhex(info),
  });
  return new Uint8Array(await context.open(unhex(sealed), unhex(aad)));
}

/** `bytes` with what `change` says: how many stay first, what follows, how many stay last. */
function changed(bytes, [head, middle, tail], unhex) {
  const end = bytes.subarray(bytes.length - tail);
  return Uint8Array.from([...bytes.subarray(0, head), ...unhex(middle), ...end]);
}

function turned(bytes, at) {
  const copy = bytes.slice();
  copy[at] ^= 1;
  return copy;
}

async function errorOf(run) {
  try {
    await run();
    return null;
  } catch (problem) {
    return problem.constructor.name;
  }
}

/** For each case of tests/vectors/poster.json what it says, or the name of the error. */
export async function judgePosters(vectors, page) {
  const { carriedTrust } = await import(`${page}check.js`);
  const { unhex } = await import(`${page}cose.js`);
  const { readPoster } = await import(`${page}poster.js`);
  const trust = await carriedTrust(unhex(vectors.bundle), new Map(), unhex(vectors.root_point));
  const answers = [];
  for (const { name, text } of vectors.cases) {
    try {
      const { number, unit, place, area, issuedAt, expiresAt } = await readPoster(text, trust);
      answers.push({ name, error: null, fields: [number, unit, place, area, issuedAt, expiresAt] });
    } catch (problem) {
      answers.push({ name, error: problem.constructor.name, fields: null });
    }
  }
  return answers;
}

/** The verdict on each poster of the vectors at each of `times`: outcome, code and values. */
export async function checkPosters({ vectors, times }, page) {
  const { carriedTrust } = await import(`${page}check.js`);
  const { unhex } = await import(`${page}cose.js`);
  const { checkPoster } = await import(`${page}poster-check.js`);
  const trust = await carriedTrust(unhex(vectors.bundle), new Map(), unhex(vectors.root_point));
  const answers = [];
  for (const now of times) {
    for (const { text } of vectors.cases) {
      const { outcome, findings } = await checkPoster(text, trust, now);
      const [{ code, values }] = findings;
      answers.push({ outcome, code, values });
    }
  }
  return answers;
}

/** How often each area is told for each own one, of so many, where every number is drawn once. */
export async function tellAreas(sizes, page) {
  const { randomised } = await import(`${page}lapor-footfall.js`);
  return sizes.map((areas) =>
    Array.from({ length: areas }, (_, own) => {
      const told = new Array(areas).fill(0);
      let below = 0;
      randomised(own, areas, (number) => {
        below = number;
        return 0;
      });
      for (let number = 0; number < below; number++) told[randomised(own, areas, () => number)]++;
      return told;
    }),
  );
}

/** A wish of Python's, opened; and one of the browser's own, for Python to open. */
export async function tradeWishes({ seeds, list, asker, custodian, wish, reason }, page) {
  const page_ = { ...(await sealing(page)), ...(await import(`${page}opening.js`)) };
  const { hex, unhex } = page_;
  const words = (await import(`${page}receipt.js`)).listOf(list);
  const caseId = unhex(wish.case);
  const own = await page_.openingKey(asker.kem, unhex(seeds.asker));
  const guard = await page_.openingKey(custodian.kem, unhex(seeds.custodian));
  const read = await page_.openReason(caseId, unhex(wish.reason), guard, await page_.oneTimeKey(unhex(wish.key)));
  const kept = await page_.openKept(caseId, unhex(wish.kept), own);
  const bound = { caseId, asker: own.sealing.id, oneTime: kept.key.sealing, digest: read.digest };
  const six = await page_.wordsOfWish(bound, words);
  const made = await page_.newWish(caseId, reason, [guard.sealing], own.sealing);
  return {
    reason: read.reason,
    same: hex(kept.digest) === hex(read.digest),
    key: hex(kept.key.sealing.bytes),
    words: six,
    heard: [six.join(" "), six.map((word) => word.slice(0, 4).toUpperCase()).join("  "), six.slice(1).join(" "),
      six.map((word) => word.slice(0, 3)).join(" "), [...six].reverse().join(" "), ""]
      .map((typed) => page_.areThese(six, typed)),
    made: { key: hex(made.key), kept: hex(made.kept), reason: hex(made.reasons[0][1]), digest: hex(made.digest) },
  };
}

/** What a phone sends for each area of `own`, when every number that it draws is `number`. */
export async function tellOnce({ areas, own, number }, page) {
  const { tellLater } = await import(`${page}lapor-footfall.js`);
  const sent = [];
  globalThis.setTimeout = (deed, delay) => sent.push(delay) && deed();
  globalThis.crypto.getRandomValues = (numbers) => numbers.fill(number);
  globalThis.fetch = async (address, { method = "GET", body = null, credentials, referrerPolicy }) => {
    sent.push([method, address, body, credentials, referrerPolicy]);
    return { json: async () => ({ areas }) };
  };
  for (const area of own) {
    tellLater(area);
    // Every answer above comes at once.
    for (let turn = 0; turn < 20; turn++) await null;
  }
  return sent;
}

/** Milliseconds in which a report is sealed, for so many handlers and five custodians, each time. */
export async function timeSealing({ readers, handlers, bytes, times }, page) {
  const page_ = await sealing(page);
  const keys = await readerKeys(readers, page_);
  const office = [];
  for (let index = 0; index < handlers; index++) {
    office.push((await page_.openingKey(page_.KEM.x25519, page_.newSeed())).sealing);
  }
  const custodians = CUSTODIANS.map((name) => keys[name].sealing);
  const text = new Uint8Array(bytes).fill(65);
  const taken = [];
  for (let time = 0; time < times; time++) {
    const began = performance.now();
    const caseId = page_.newCase();
    const key = page_.caseKey(caseId);
    const identity = await page_.sealIdentity(
      caseId,
      custodians.slice(0, 3),
      custodians.slice(3),
      new Uint8Array(0),
    );
    const place = { direction: 1, sequence: 0, previous: await page_.digestOf(identity.bytes) };
    const message = await page_.sealMessage(key, place, text);
    const reporter = await page_.openingKey(page_.KEM.x25519, page_.newSeed());
    await page_.encodeSubmission({
      caseId,
      wraps: await Promise.all(office.map((reader) => page_.wrapKey(key, reader))),
      own: await page_.wrapKey(key, reporter.sealing),
      proof: await page_.ownProof(page_.newSeed(), key),
      identity: identity.bytes,
      message,
    });
    taken.push(performance.now() - began);
  }
  return taken;
}
