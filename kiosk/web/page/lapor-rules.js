/**
 * Which class a report has, how soon somebody must look at it, and who should begin: a table. It is
 * looked up where the report is written; whoever takes it in confirms it.
 */

/**
 * The first line counts whose conditions all fit; a line without any fits always. Urgency 1 is the
 * same day, 2 the next working day, 3 within three.
 */
export const RULES = [
  { if: { kind: "violence", danger: "now" }, class: "violence", urgency: 1, route: "crime" },
  { if: { kind: "violence", when: "ongoing" }, class: "violence", urgency: 1, route: "crime" },
  { if: { kind: "violence", when: "today" }, class: "violence", urgency: 1, route: "crime" },
  { if: { kind: "violence" }, class: "violence", urgency: 2, route: "crime" },
  { if: { danger: "now", kind: "levy" }, class: "levy", urgency: 1, route: "inquiry" },
  { if: { kind: "levy", when: "ongoing" }, class: "levy", urgency: 2, route: "inquiry" },
  { if: { kind: "levy" }, class: "levy", urgency: 3, route: "inquiry" },
  { if: { danger: "now", kind: "ethics" }, class: "ethics", urgency: 1, route: "ethics" },
  { if: { kind: "ethics" }, class: "ethics", urgency: 3, route: "ethics" },
  { if: { danger: "now", kind: "discipline" }, class: "discipline", urgency: 1, route: "discipline" },
  { if: { kind: "discipline", duty: "off" }, class: "ethics", urgency: 3, route: "ethics" },
  { if: { kind: "discipline" }, class: "discipline", urgency: 3, route: "discipline" },
  { if: { danger: "now" }, class: "other", urgency: 1, route: "inquiry" },
  { if: {}, class: "other", urgency: 3, route: "inquiry" },
];

/** {class, urgency, route} for these answers. */
export function ruleFor(answers) {
  return RULES.find((rule) => Object.entries(rule.if).every(([name, value]) => answers[name] === value));
}
