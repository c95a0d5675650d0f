"""Every sentence of the pages is translated in every catalogue. After a change: `make messages`."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house.repository import ROOT

WEB = ROOT / "kiosk" / "web"
CATALOGUES = tuple(sorted((WEB / "translations").glob("*/LC_MESSAGES/messages.po")))
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w*\}|<[^>]+>")


def sentences() -> set[str]:
    """Every sentence that the sources of the pages hand to gettext, in English."""
    with (WEB / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # babel's own
    found = extract_from_dir(WEB, methods, options, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def spelled(sentence: str | Sequence[str] | None) -> tuple[str, ...]:
    """A sentence in each of its numbers: most have one, a count has as many as the language."""
    return (sentence,) if isinstance(sentence, str) else tuple(sentence or ("",))


def first(message: Message) -> str:
    """A message as `sentences` has it: for one, where there is a count."""
    return spelled(message.id)[0]


def gaps(sentence: str) -> tuple[str, ...]:
    """What is filled in."""
    return tuple(sorted(PLACEHOLDER.findall(sentence)))


def catalogue(path: Path) -> Catalog:
    """The catalogue kept at `path`."""
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale=path.parts[-3])


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_sentence_is_translated(path: Path) -> None:
    translated = {
        first(message)
        for message in catalogue(path)
        if message.id and all(spelled(message.string)) and not message.fuzzy
    }

    assert sentences() - translated == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_sentence_is_left_over(path: Path) -> None:
    assert {first(message) for message in catalogue(path) if message.id} - sentences() == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_has_the_same_gaps_to_fill(path: Path) -> None:
    assert [
        message.id
        for message in catalogue(path)
        if message.id
        and {gaps(one) for one in spelled(message.id)}
        != {gaps(one) for one in spelled(message.string)}
    ] == []


def test_there_is_a_catalogue_of_sentences() -> None:
    assert CATALOGUES
    assert sentences()
