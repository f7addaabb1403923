"""Positions on a clock, as people read them."""

from domain.reasons import as_clock


def clock(seconds: float | None) -> str:
    """A position or length as m:ss or h:mm:ss, by the whole seconds that passed; «—» for unknown."""
    return "—" if seconds is None else as_clock(seconds)
