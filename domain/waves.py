"""Reminders of one session fall due together; they start early, spread so that the last one is not late. Pure."""

import datetime as dtm
import hashlib
import math

PER_SECOND = 25
"""Messages a second the sender allows itself (Telegram: 30)."""
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


def early_by(lead_id: str, step: str, registered: int, at_most: dtm.timedelta) -> dtm.timedelta:
    """How much before its anchor this lead's reminder is due: the wave of N takes N / 25 seconds, never over `at_most`.

    Everybody's place in the wave is a stable hash: nobody has to be ranked, and nobody is always first.
    """
    length = min(dtm.timedelta(seconds=registered / PER_SECOND), at_most)
    place = int.from_bytes(hashlib.sha256(f"{step}:{lead_id}".encode()).digest()[:8])
    return length * (place / _WHOLE)
