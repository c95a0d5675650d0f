"""Everything that a phone may have to say has words, in both languages."""

import re
from pathlib import Path

import pytest

from kiosk.domain.events import Answer, EventKind
from kiosk.domain.handover import InVain, Receiver
from kiosk.domain.questions import WINDOWS
from kiosk.web.courier.wording import RECEIVERS, VAIN, said_to_couriers
from tests.staffed import Staffed


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_word_of_the_rules_is_said(staffed: Staffed, language: str) -> None:
    with staffed.app.test_request_context(f"/?lang={language}"):
        said = said_to_couriers()

    assert {f"event.{kind}" for kind in EventKind} <= set(said)
    assert {f"page.answer-{answer}" for answer in Answer} <= set(said)
    assert {f"window.{window}" for window in WINDOWS} <= set(said)
    assert {f"vain.{why}" for why in InVain} <= set(said)
    assert set(RECEIVERS) == set(Receiver)
    assert set(VAIN) == set(InVain) - {InVain.NO_MATCH}
    assert all(said.values())


def test_every_sentence_that_the_courier_s_scripts_name_is_there(staffed: Staffed) -> None:
    scripts = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[4] / "kiosk/web/page").glob("courier*.js")
    )
    named = set(re.findall(r'"(page\.[a-z0-9-]+)"', scripts))

    with staffed.app.test_request_context("/"):
        assert named - set(said_to_couriers()) == set()
    assert len(named) > 15
