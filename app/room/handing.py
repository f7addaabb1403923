"""What the room is told of the files its host hands out, and where a guest gets them."""

import datetime as dtm
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from app.shared.signing import sign
from domain.events import Handout
from domain.webinars import Session, Webinar

if TYPE_CHECKING:
    from app.room.airing import Airing

VALID = dtm.timedelta(days=30)
"""How long after the session its files can be had."""


def address(handout: Handout, webinar_id: str, session_id: str, until: dtm.datetime) -> str:
    """Where a guest of this session gets the file, until then."""
    body = {"webinar": webinar_id, "handout": handout.handout_id, "session": session_id}
    signed = sign("handout", body | {"until": int(until.timestamp())})
    return f"/handouts/{signed}/{quote(handout.title)}"


def frames(airing: "Airing", webinar: Webinar, session: Session) -> list[dict[str, Any]]:
    """The files on the screen, in the order they were shown."""
    known = {one.handout_id: one for one in webinar.definition.handouts}
    shown = [known[name] for name in airing.handouts if name in known]
    until = session.planned_end + VALID
    return [
        {
            "id": one.handout_id,
            "title": one.title,
            "size": one.size_bytes,
            "url": address(one, webinar.webinar_id, session.session_id, until),
        }
        for one in shown
    ]
