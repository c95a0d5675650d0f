/** The answer about a card, put into the page: word, sentence, what was read, what is odd. */

import { slot } from "./show.js";
import { has, say } from "./words.js";

/** The kind of answer that a scan's state is: after the last try, somebody else decides. */
export function kindOf({ state, tries_left }) {
  return state === "try-again" && !tries_left ? "ask" : state;
}

/** Put the state of a scan that has an answer into the page. */
export function showAnswer(state) {
  const kind = kindOf(state);
  show(kind, say(`answer-do.${kind}`));
  const mayRetry = state.tries_left > 0 && (kind === "try-again" || kind === "no-match");
  slot("tries").textContent = say("station.tries-left", { count: state.tries_left });
  slot("tries").hidden = kind !== "try-again";
  showButtons({ mayRetry, mayType: mayRetry, ahead: kind === "try-again" ? "once-more" : "next" });
  showCard(state.shown);
  showSuspicions(state.suspicions);
  slot("not-proof").hidden = false;
}

/** Put into the page that there will be no answer: `kind` is "refused" or "failed". */
export function showNoAnswer(kind, sentence) {
  show(kind, sentence);
  slot("tries").hidden = true;
  showButtons({ mayRetry: false, mayType: false, ahead: "next" });
  showCard(null);
  showSuspicions([]);
  // Nothing was read.
  slot("not-proof").hidden = true;
}

function show(kind, sentence) {
  const word = say(`answer.${kind}`);
  slot("answer").dataset.answer = kind;
  slot("answer-icon").setAttribute("href", `#i-${kind}`);
  slot("answer-word").textContent = word;
  slot("answer-do").textContent = sentence;
  slot("announce").textContent = `${word}. ${sentence}`;
}

function showButtons({ mayRetry, mayType, ahead }) {
  slot("once-more").hidden = !mayRetry;
  slot("type-instead").hidden = !mayType;
  for (const name of ["once-more", "next"]) slot(name).classList.toggle("main", name === ahead);
}

function showCard(shown) {
  slot("shown").hidden = !shown;
  for (const [name, text] of Object.entries(shown ?? { nik: "", name: "", birth_year: "" })) {
    slot(`shown-${name}`).textContent = text;
  }
}

function showSuspicions(suspicions) {
  const lines = suspicions
    .filter((one) => has(`suspicion.${one}`))
    .map((one) => {
      const line = document.createElement("li");
      line.textContent = say(`suspicion.${one}`);
      return line;
    });
  slot("suspicions").replaceChildren(...lines);
  slot("suspicions").hidden = !lines.length;
}
