"""Refusals: each has its code, and none says more of a person than its rule."""

from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Refusal, Unknown


def test_every_refusal_has_a_code_of_its_own() -> None:
    kinds: tuple[type[Refusal], ...] = (Refusal, *Refusal.__subclasses__())

    assert {Unknown, NotPermitted, NotNow, Invalid} <= set(kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_invalid_says_every_fault_in_order() -> None:
    refusal = Invalid(
        [
            Fault(path="", code="too-long", sentence="is longer than 64 KiB"),
            Fault(path="nik", code="missing", sentence="is missing"),
        ]
    )

    assert str(refusal) == "the record is longer than 64 KiB; nik: is missing"
    assert [fault.code for fault in refusal.faults] == ["too-long", "missing"]
