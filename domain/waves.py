"""Reminders of one session fall due together; they start early, spread so that the last one is not late. Pure."""

import datetime as dtm
import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import accumulate

PER_SECOND = 25.0
"""Messages a second the sender allows itself (Telegram: 30), unless it is told another pace."""
TOGETHER = dtm.timedelta(minutes=5)
"""Sessions that begin within this of one another are reminded of at once: their waves are one."""
NOTEWORTHY = 64
"""Fewer reminders than this go out in three seconds and need not start early."""
_GROWTH = 1.25
_WHOLE = 2**64


def size(registered: int) -> int:
    """About how large the wave will be: rounded up in steps of a quarter, so that it seldom has to be laid out anew."""
    if registered < NOTEWORTHY:
        return 0
    steps = math.ceil(math.log(registered / NOTEWORTHY, _GROWTH) - 1e-9)
    return math.ceil(NOTEWORTHY * _GROWTH**steps)


def sizes(registered: Mapping[str, int], starts: Mapping[str, dtm.datetime]) -> dict[str, int]:
    """The size of the wave each session's reminders are part of, from how many have a place in each session."""
    ordered = sorted((starts[key], key) for key in registered.keys() & starts.keys())
    moments = [moment for moment, _ in ordered]
    sums = [0, *accumulate(registered[key] for _, key in ordered)]
    found = {}
    for moment, key in ordered:
        first, behind = bisect_left(moments, moment - TOGETHER), bisect_right(moments, moment + TOGETHER)
        found[key] = size(sums[behind] - sums[first])
    return found


def early_by(
    lead_id: str, step: str, registered: int, at_most: dtm.timedelta, per_second: float = PER_SECOND
) -> dtm.timedelta:
    """How much before its anchor this lead's reminder is due: a wave takes its size over the pace, up to `at_most`.

    Everybody's place in the wave is a stable hash: nobody has to be ranked, and nobody is always first.
    """
    length = min(dtm.timedelta(seconds=registered / per_second), at_most)
    place = int.from_bytes(hashlib.sha256(f"{step}:{lead_id}".encode()).digest()[:8])
    return length * (place / _WHOLE)
