"""Notices say that there is something to look at, and nothing of anybody."""

import string

import pytest

from kiosk.domain.notices import LONGEST_PAUSE, TEMPLATES, message_of, next_try_after

LONGEST_SMS = 160


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_notice_names_nothing_but_the_number_and_the_page(template: str, language: str) -> None:
    gaps = {name for _, name, _, _ in string.Formatter().parse(TEMPLATES[template][language])}

    assert gaps - {None} == {"number", "url"}


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_notice_fits_one_sms(template: str, language: str) -> None:
    message = message_of(
        template, language, number="P-000123", url="skck.polres-contoh.example/apply"
    )

    assert len(message.text) <= LONGEST_SMS
    assert message.text.isascii()


def test_whoever_has_no_language_reads_indonesian() -> None:
    assert message_of("changed", "", number="P", url="u") == message_of(
        "changed", "id", number="P", url="u"
    )


def test_tries_become_ever_more_seldom_up_to_a_bound() -> None:
    pauses = [next_try_after(tries) for tries in range(1, 40)]

    assert pauses[:4] == [60, 120, 240, 480]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
