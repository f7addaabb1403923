"""The engagement score, with its formula in the open: a measure of participation, not of attention."""

from domain.rounding import half_up

WATCHED_WEIGHT, ACTS_WEIGHT, OFFER_WEIGHT = 60, 20, 20
ACTS_FOR_ALL = 3
"""So many chat lines, questions and poll answers of one's own earn all the points for taking part."""


def engagement(watched_share: float, acts: int, *, is_clicked: bool, is_submitted: bool) -> int:
    """0 to 100: up to 60 for the share watched, up to 20 for three acts, 10 for the click, 10 for the form."""
    watched = WATCHED_WEIGHT * min(1.0, max(0.0, watched_share))
    took_part = ACTS_WEIGHT * min(acts, ACTS_FOR_ALL) / ACTS_FOR_ALL
    offer = OFFER_WEIGHT * (is_clicked + is_submitted) / 2
    return int(half_up(watched + took_part + offer))
