"""An entry that was changed, taken out or put in is found."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.journal import BEGINNING, Break, Entry, digest_of, first_break

Kept = list[tuple[Entry, bytes]]


def a_journal(length: int = 6) -> Kept:
    kept: Kept = []
    before = BEGINNING
    for number in range(1, length + 1):
        entry = Entry(
            number=number, at=number * 60, staff=number % 3 or None, office=2,
            deed="opened", subject=f"application {number}",
        )  # fmt: skip
        before = digest_of(entry, before)
        kept.append((entry, before))
    return kept


def test_a_whole_journal_holds() -> None:
    assert first_break(a_journal()) is None
    assert first_break([]) is None


def test_a_part_holds_after_the_digest_before_it() -> None:
    kept = a_journal()
    assert first_break(kept[3:], after=kept[2][1]) is None
    assert first_break(kept[3:]) == Break(number=4, why="altered")


@given(
    st.integers(0, 5),
    st.sampled_from(["at", "staff", "office", "deed", "subject", "detail", "number"]),
)
def test_a_changed_entry_is_found(place: int, name: str) -> None:
    kept = a_journal()
    entry, digest = kept[place]
    old = getattr(entry, name)
    new = f"{old}x" if isinstance(old, str) else (old or 0) + 1000
    changed = replace(entry, **{name: new})  # type: ignore[arg-type]  # of the field's own type
    kept[place] = changed, digest
    assert first_break(kept) is not None


@given(st.integers(0, 4))
def test_an_entry_taken_out_is_found(place: int) -> None:
    kept = a_journal()
    del kept[place]
    assert first_break(kept) is not None


def test_an_entry_cannot_be_moved() -> None:
    kept = a_journal()
    kept[1], kept[2] = kept[2], kept[1]
    assert first_break(kept) is not None


def test_fields_do_not_run_together() -> None:
    one = Entry(number=1, at=1, staff=1, office=1, deed="a", subject="b", detail="c")
    assert digest_of(one, BEGINNING) != digest_of(replace(one, deed="ab", subject=""), BEGINNING)
    # As written once: a journal of today is checked by the program of tomorrow.
    assert digest_of(one, BEGINNING).hex().startswith("11b187e7f6fb177d")
