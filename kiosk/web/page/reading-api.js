/**
 * What the pages of readers and the mailroom say to each other. A session is a word in the memory of
 * this page: no cookie, nothing kept. Who holds the private key gets one, and gets it anew when it
 * has run out.
 */

import { writeCbor } from "./cbor-writer.js";
import { hex, unhex } from "./cose.js";
import { verifyDirectory } from "./directory.js";
import { CannotOpenError, FormatError, SignatureError } from "./errors.js";
import { openWith } from "./hpke.js";
import { askQuietly } from "./quiet.js";

const VERSION = 1;
const PAUSES_MS = [1_000, 3_000];
const SEEN = "segel-reading-directory";
const BUSY = new Set([429, 502, 503, 504]);
const WHY = { 401: "reading.over", 404: "reading.gone" };
// To who signs in, no such thing is no such reader.
const WHY_NOT_IN = { 401: "reading.over", 404: "reading.over" };

/** It was not done; `why` names the sentence, `values` are for its gaps. */
export class Refused extends Error {
  constructor(why, values = {}) {
    super(why);
    this.why = why;
    this.values = values;
  }
}

/** Somebody else was quicker: what is shown is old, and has to be loaded again. */
export class Quicker extends Refused {
  constructor() {
    super("reading.quicker");
  }
}

/**
 * The directory of keys, approved by the holders that this page was given, and no older than the
 * last one that this browser saw: in an old one a key that was taken away still counts. Throws Refused.
 */
export async function fetchDirectory(roots) {
  const answer = await asked("/report/directory");
  try {
    const directory = await verifyDirectory(new Uint8Array(await answer.arrayBuffer()), roots);
    if (directory.serial < Number(localStorage.getItem(SEEN) ?? 0)) throw new Refused("reading.keys-older");
    localStorage.setItem(SEEN, String(directory.serial));
    return directory;
  } catch (problem) {
    if (problem instanceof FormatError || problem instanceof SignatureError) {
      throw new Refused("reading.keys-wrong");
    }
    throw problem;
  }
}

/**
 * The session of the reader `who`, {kem, seed, openingKey, reader}: whoever opens what is sealed for
 * a key holds it. Throws Refused.
 */
export async function signIn(who) {
  const session = new Session(who);
  await session.renew();
  return session;
}

/** What a reader may ask. Addresses are those behind /reading, bytes in bodies are hexadecimal. */
export class Session {
  #word = "";

  constructor(who) {
    this.who = who;
  }

  /** Show once more that the key is here. Throws Refused. */
  async renew() {
    const reader = hex(this.who.reader);
    const { sealed, ticket, expires } = await jsonOf(entering("/reading/challenges", { reader }));
    const context = writeCbor(["segel-reading-challenge", VERSION, this.who.reader, expires]);
    let nonce;
    try {
      nonce = hex(await openWith(this.who.openingKey, unhex(sealed), context));
    } catch (problem) {
      if (!(problem instanceof CannotOpenError)) throw problem;
      throw new Refused("reading.refused");
    }
    const given = await jsonOf(entering("/reading/sessions", { reader, ticket, nonce }));
    this.#word = given.session;
    this.role = given.role;
    this.unit = given.unit;
    this.unitName = given.unit_name;
  }

  /** What is there. Throws Refused. */
  async get(path) {
    return jsonOf(this.#ask(path));
  }

  /** The bytes that are there. Throws Refused. */
  async bytes(path) {
    return new Uint8Array(await (await this.#ask(path)).arrayBuffer());
  }

  /** Do something, and get what the server says of it. Throws Refused. */
  async post(path, body = {}) {
    return jsonOf(this.#ask(path, body));
  }

  /** Forget the key and the word. */
  end() {
    this.#word = "";
    this.who = null;
  }

  async #ask(path, body = undefined) {
    const address = `/reading/${path}`;
    const first = await asked(address, { body, word: this.#word, may: [401] });
    if (first.status !== 401) return first;
    // Run out, or the server was started anew: the key is still here.
    if (!this.who) throw new Refused("reading.refused");
    await this.renew();
    return asked(address, { body, word: this.#word });
  }
}

function entering(address, body) {
  return asked(address, { body, whys: WHY_NOT_IN });
}

/** An answer that is right, or one of the statuses that `may` be. */
async function asked(address, { body = undefined, word = "", may = [], whys = WHY } = {}) {
  // Something that was done is not done twice: only a question is asked again by itself.
  const pauses = body === undefined ? [...PAUSES_MS, null] : [null];
  for (const pause of pauses) {
    const answer = await tried(address, body, word);
    if (answer?.ok || may.includes(answer?.status)) return answer;
    if (answer && !BUSY.has(answer.status)) {
      if (answer.status === 409) throw new Quicker();
      throw new Refused(whys[answer.status] ?? "reading.refused");
    }
    if (pause === null) throw new Refused(answer ? "reading.busy" : "reading.offline");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Refused("reading.offline");
}

function tried(address, body, word) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (word) headers.Authorization = `Segel ${word}`;
  const method = body === undefined ? "GET" : "POST";
  return askQuietly(address, { method, body: body && JSON.stringify(body), headers });
}

async function jsonOf(answer) {
  return (await answer).json();
}
