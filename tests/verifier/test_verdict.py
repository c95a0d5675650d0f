"""A verdict is looked at by its outcome, and never taken for a yes or a no."""

import pytest

from verifier.verdict import Finding, Level, Outcome, Verdict

EXIT_CODES = {
    "genuine": 0,
    "genuine-as-of": 0,
    "withdrawn": 1,
    "suspended": 1,
    "expired": 1,
    "not-genuine": 1,
    "cannot-check": 2,
    "other-issuer": 2,
}


def test_every_outcome_has_its_exit_code() -> None:
    assert {str(outcome): outcome.exit_code for outcome in Outcome} == EXIT_CODES


@pytest.mark.parametrize("outcome", Outcome)
def test_a_verdict_is_not_a_truth_value(outcome: Outcome) -> None:
    verdict = Verdict(outcome=outcome, findings=())

    with pytest.raises(TypeError, match="look at its outcome"):
        bool(verdict)
    with pytest.raises(TypeError, match="look at its outcome"):
        assert not verdict


def test_a_verdict_cannot_be_changed_afterwards() -> None:
    verdict = Verdict(
        outcome=Outcome.NOT_GENUINE,
        findings=(Finding(number=5, code="signature", level=Level.PROBLEM),),
    )

    with pytest.raises(AttributeError):
        verdict.outcome = Outcome.GENUINE  # type: ignore[misc]  # what is refused
