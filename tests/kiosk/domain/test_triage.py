"""One table sorts reports, whoever looks it up: a browser, or the server in its place."""

from itertools import product

from kiosk.domain.cases import Urgency
from kiosk.domain.triage import triage
from tests.kiosk.web.page.engines import asked

ANSWERS = {
    "danger": ("now", "no"),
    "kind": ("discipline", "ethics", "levy", "violence", "other"),
    "duty": ("on", "off", "unknown"),
    "when": ("ongoing", "today", "week", "longer"),
}


def test_server_and_browser_sort_every_combination_of_answers_alike() -> None:
    every = [dict(zip(ANSWERS, values, strict=True)) for values in product(*ANSWERS.values())]

    for answers, rule in zip(every, asked("lapor-rules.js", "ruleFor", every), strict=True):
        found = triage(answers)
        assert (found.kind, found.urgency, found.begins) == (
            rule["class"],
            rule["urgency"],
            rule["route"],
        )


def test_what_nobody_thought_of_is_looked_at_within_three_days() -> None:
    assert triage({}).urgency is Urgency.ORDINARY
    assert triage({"danger": "now"}).urgency is Urgency.DANGER
