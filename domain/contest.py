"""Who else brought a lead, and why one link won: the partner contract said touch by touch. Pure; see `attribution`."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from domain.attribution import PARTNER_WINDOW_DAYS, Touch

Standing = Literal["won", "later", "expired", "afterwards"]
"""won: the first valid link in the window; later: valid, but another was first; expired: before the window began;
afterwards: the lead was there already."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One visit by a partner's link and what it came to."""

    at: dtm.datetime
    partner_id: str
    ref: str
    standing: Standing


def claims(touches: Iterable[Touch], created_at: dtm.datetime, *, days: int = PARTNER_WINDOW_DAYS) -> list[Claim]:
    """Every visit by a valid partner link, oldest first. At most one of them won: the one `partner_of` names."""
    since = created_at - dtm.timedelta(days=days)
    found: list[Claim] = []
    has_won = False
    for touch in sorted((one for one in touches if one.partner_id), key=lambda one: one.touched_at):
        standing: Standing = "later" if has_won else "won"
        if touch.touched_at < since:
            standing = "expired"
        elif touch.touched_at > created_at:
            standing = "afterwards"
        has_won = has_won or standing == "won"
        found.append(Claim(touch.touched_at, touch.partner_id or "", touch.ref or "", standing))
    return found
