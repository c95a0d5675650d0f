/**
 * What a handler looks for among the reports that this browser has open, and which of those are
 * alike. It is all in the memory of the page: no server can look for a word that it cannot read.
 */

const SHINGLE_WORDS = 3;
// Nearly the same words in the same order; or the same place and time, and much the same words.
const SAME_TEXT = 0.5;
const SAME_PLACE = 0.5;
const SAME_WORDS = 0.3;
const DAYS_APART = 7;
// Of a story so many words are compared: a page of the longest ones would fill the memory.
const MOST_WORDS = 2000;
// Of those that share a word of their place, so many of the last are compared.
const MOST_COMPARED = 200;
const DAY_MS = 86_400_000;
const MARKS = /[\u0300-\u036f]/g;
const BETWEEN = /[^\p{L}\p{N}]+/u;

/** The words of a text, in small letters, without accents. */
export function wordsOf(text) {
  const plain = text.normalize("NFKD").replace(MARKS, "").toLowerCase();
  return plain.split(BETWEEN).filter(Boolean);
}

/** How much two sets have in common, from 0 to 1. */
function jaccard(one, other) {
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  let both = 0;
  for (const each of few) if (many.has(each)) both += 1;
  return both ? both / (one.size + other.size - both) : 0;
}

/** Reports and their words. A report is {id, number, day, unit, when, where, who, story}. */
export class Index {
  #entries = new Map();
  // What each report has in it that is no copy of another: a flood of junk is one group, not a million pairs.
  #leaders = new Map();

  /** How many there are. */
  get size() {
    return this.#entries.size;
  }

  /** Take a report in; the same once more changes nothing. */
  add(report) {
    if (this.#entries.has(report.id)) return;
    const entry = entryOf(report);
    this.#entries.set(report.id, entry);
    const leader = this.#leaderOf(entry);
    entry.group = leader?.group ?? entry.id;
    entry.isCopy = leader !== null && haveSameText(entry, leader);
    if (entry.isCopy) return;
    for (const sign of entry.signs) {
      if (!this.#leaders.has(sign)) this.#leaders.set(sign, []);
      this.#leaders.get(sign).push(entry);
    }
  }

  /** The ids of those in which every word of `query` stands, or begins a word. */
  find(query) {
    const wanted = wordsOf(query);
    const fits = ({ words }) => wanted.every((start) => words.some((word) => word.startsWith(start)));
    return [...this.#entries.values()].filter(fits).map(({ id }) => id);
  }

  /** These reports, those that are alike together, in the order in which they stand. */
  groups(ids) {
    const groups = new Map();
    for (const id of ids) {
      // What was not opened is like nothing.
      const group = this.#entries.get(id)?.group ?? id;
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(id);
    }
    return [...groups.values()];
  }

  /** Whether a report says nearly the same words as one that is here before it. */
  isCopy(id) {
    return this.#entries.get(id)?.isCopy ?? false;
  }

  /** Forget all. */
  clear() {
    this.#entries.clear();
    this.#leaders.clear();
  }

  #leaderOf(entry) {
    const tried = new Set();
    let found = null;
    for (const sign of entry.signs) {
      for (const leader of (this.#leaders.get(sign) ?? []).slice(-MOST_COMPARED)) {
        if (tried.has(leader)) continue;
        tried.add(leader);
        if (haveSameText(entry, leader)) return leader;
        if (tellTheSame(entry, leader)) found ??= leader;
      }
    }
    return found;
  }
}

function entryOf({ id, number, day, unit, when, where, who, story }) {
  const everyWord = wordsOf(story);
  const told = everyWord.slice(0, MOST_WORDS);
  const shingles = new Set();
  for (let at = 0; at + SHINGLE_WORDS <= told.length; at++) {
    shingles.add(told.slice(at, at + SHINGLE_WORDS).join(" "));
  }
  if (!shingles.size) shingles.add(told.join(" "));
  const place = new Set(wordsOf(where));
  return {
    id,
    shingles,
    place,
    time: Date.parse(day),
    unit,
    when,
    told: new Set(told),
    words: [...new Set([...wordsOf(number), ...everyWord, ...place, ...wordsOf(who)])],
    signs: [...shingles, ...[...place].map((word) => `at ${word}`)],
  };
}

function haveSameText(one, other) {
  return jaccard(one.shingles, other.shingles) >= SAME_TEXT;
}

/** Whether they tell of the same place and time in like words. */
function tellTheSame(one, other) {
  return (
    one.unit === other.unit &&
    one.when === other.when &&
    Math.abs(one.time - other.time) <= DAYS_APART * DAY_MS &&
    jaccard(one.place, other.place) >= SAME_PLACE &&
    jaccard(one.told, other.told) >= SAME_WORDS
  );
}
