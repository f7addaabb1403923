"""Tables of costs that were uploaded and not taken yet: in memory, one's own, for an hour."""

import datetime as dtm
import uuid
from dataclasses import dataclass

MAX_BYTES = 1_000_000
MOST = 50
LASTS = dtm.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """One uploaded file as text."""

    owner: str
    name: str
    text: str
    at: dtm.datetime


_drafts: dict[str, Draft] = {}


def keep(draft: Draft) -> str:
    """Keep it for its owner; returns what to find it by. The oldest give way."""
    while len(_drafts) >= MOST:
        del _drafts[next(iter(_drafts))]
    draft_id = uuid.uuid4().hex
    _drafts[draft_id] = draft
    return draft_id


def find(draft_id: str, owner: str, now: dtm.datetime) -> Draft | None:
    """One's own, while it lasts."""
    draft = _drafts.get(draft_id)
    return draft if draft and draft.owner == owner and now - draft.at < LASTS else None
