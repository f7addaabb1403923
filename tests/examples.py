"""How many examples hypothesis makes up: enough for every `make test`, and as many times more as EFIR_EXAMPLES says."""

import os

from hypothesis import settings

TIMES = int(os.environ.get("EFIR_EXAMPLES", "1"))


def examples(number: int, *, steps: int = 50) -> settings:
    """So many of them (of so many steps each, where they are lives of a state machine), however long one takes."""
    return settings(max_examples=number * TIMES, stateful_step_count=steps, deadline=None)
