/** What is wrong with a form, said beside its fields. */

/** Say the sentences of `faults`, by the names of fields, and go to the first; {} for none. */
export function showFaults(form, faults) {
  for (const place of form.querySelectorAll("[data-fault]")) {
    const text = faults[place.dataset.fault] ?? "";
    place.textContent = text;
    place.hidden = !text;
    const field = form.elements.namedItem(place.dataset.fault);
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
  const first = form.querySelector("[aria-invalid]") ?? form.querySelector("button");
  if (Object.keys(faults).length) first.focus();
}
