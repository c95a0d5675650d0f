/**
 * Which class a report has, how soon somebody must look at it, and who should begin: a table, the
 * same as for browsers without scripts (kiosk/domain/triage.py). It is looked up where the report
 * is written; whoever takes it in confirms it.
 */

import RULES from "../../domain/triage.json" with { type: "json" };

/**
 * {class, urgency, route} for these answers. The first line counts whose conditions all fit; one
 * without any fits always. Urgency 1 is the same day, 2 the next working day, 3 within three.
 */
export function ruleFor(answers) {
  return RULES.find((rule) => Object.entries(rule.if).every(([name, value]) => answers[name] === value));
}
