"""Positions on a clock, as people read them."""

from domain.reasons import as_clock
from domain.rounding import half_up


def clock(seconds: float | None) -> str:
    """A position or length as m:ss or h:mm:ss, by the whole seconds that passed; «—» for unknown."""
    return "—" if seconds is None else as_clock(seconds)


def typical(seconds: float | None) -> str:
    """An average or a median length, like `clock`, but rounded: it is no moment that passed."""
    return "—" if seconds is None else as_clock(float(half_up(seconds)))
