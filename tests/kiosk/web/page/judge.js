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
