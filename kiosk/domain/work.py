"""How much a browser works before its report is taken: by how many come in, the same for everybody.

Work is a number of tries of a slow hash (PBKDF2 with SHA-256, ITERATIONS rounds each). In calm
times it is none. It rises by steps, and at the top a cheap phone works for three seconds: one core
of the A53 class without instructions for SHA-2 does about 300,000 rounds a second.

It makes a flood dear for whoever has few machines, and no more than that: a graphics card works ten
thousand times as fast as the phone. So nothing else relies on it.
"""

__all__ = ["ITERATIONS", "LASTS_SECONDS", "MINUTES_REMEMBERED", "most_tries", "step_of"]

ITERATIONS = 2_000
"""The rounds of one try."""
LASTS_SECONDS = 30 * 60
"""How long work that was asked for counts: somebody copies a code meanwhile."""
MINUTES_REMEMBERED = 10
"""The busiest of so many minutes decides, so that a flood which pauses finds the same again."""

# From so many new reports a minute on, so many tries at most.
_STEPS = ((0, 0), (30, 56), (60, 112), (120, 225), (300, 450))


def step_of(per_minute: int) -> int:
    """The step at which so many new reports a minute are; 0 in calm times."""
    return sum(per_minute >= least for least, _tries in _STEPS[1:])


def most_tries(step: int) -> int:
    """How many tries are needed at most at a step; at least half as many."""
    return _STEPS[step][1]
