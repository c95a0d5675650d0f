"""Does what a browser does that is asked for work before its report."""

from typing import Any

from altcha import Challenge, Payload, solve_challenge

__all__ = ["done"]


def done(asked: dict[str, Any] | None) -> str:
    """What a browser shows that worked."""
    assert asked is not None
    challenge = Challenge.from_dict(asked)
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()
