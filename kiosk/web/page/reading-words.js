/** Cases in words: what handlers see of states, days and choices. */

import { dayInWords, say } from "./words.js";

const DAY_MS = 86_400_000;

/** When the next step is due, and by how many days that is past; empty where nothing is due. */
export function dueInWords(dueOn, today) {
  if (!dueOn) return "";
  const late = Math.round((Date.parse(today) - Date.parse(dueOn)) / DAY_MS);
  const day = dayInWords(dueOn);
  if (late > 0) return say("case.overdue", { day, count: late });
  return late === 0 ? say("case.due-today") : say("case.due", { day });
}

/** Whether the next step should have been taken already. */
export function isOverdue(dueOn, today) {
  return Boolean(dueOn) && dueOn < today;
}

/** The name of a unit in the directory, or its code. */
export function unitName(directory, code) {
  return directory.units.find((unit) => unit.code === code)?.name ?? String(code);
}

/** The conditions of a line of the table that sorts reports, in words. */
export function becauseOf(rule) {
  const parts = Object.entries(rule.if).map(([name, value]) => {
    return say("case.condition", { name: say(`case.${name}`), value: say(`case.${name}-${value}`) });
  });
  return parts.length ? say("case.because", { parts: parts.join("; ") }) : say("case.because-nothing");
}
