/** One screen at a time, and what is wrong with it said beside it. */

/** The screen of this name. */
export function screenOf(name) {
  return document.querySelector(`[data-screen="${name}"]`);
}

/** Show only this screen, from its top, and read its heading aloud. */
export function showScreen(name) {
  for (const screen of document.querySelectorAll("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
  }
  screenOf(name).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Say what is wrong with a screen, {field: sentence}; whether there was nothing. */
export function isRight(screen, faults) {
  for (const place of screen.querySelectorAll("[data-fault]")) {
    place.textContent = faults[place.dataset.fault] ?? "";
    place.hidden = !place.textContent;
  }
  for (const field of screen.querySelectorAll("[name]")) {
    if (faults[field.name]) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  screen.querySelector("[aria-invalid]")?.focus();
  return !Object.keys(faults).length;
}

/** Put `text` into every place of this name under `root`. */
export function fill(name, text, root = document) {
  for (const place of root.querySelectorAll(`[data-slot="${name}"]`)) place.textContent = text;
}

/** Show or hide every place of this name. */
export function show(name, shown) {
  for (const place of document.querySelectorAll(`[data-slot="${name}"]`)) place.hidden = !shown;
}

/** An element with a text in it. */
export function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
