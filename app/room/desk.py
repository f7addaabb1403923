"""What the host's console shows of a room: everything the room knows, with whose line is whose. Only staff gets it."""

import datetime as dtm
from collections.abc import Sequence
from typing import Any

from app.room import script
from app.room.audience import Point
from app.room.hall import Guest, Hall, Programme
from app.room.stage import millis
from app.room.talk import in_order, placed
from domain.embeds import has_picture

LINES = 150


def curve(points: Sequence[Point], now: dtm.datetime, *, is_whole: bool = False) -> dict[str, Any]:
    """The audience over time: all of it for a console that opens, then point by point."""
    return {"type": "audience", "now": millis(now), "points": points, "whole": is_whole}


def timed(picture: bytes, now: dtm.datetime) -> bytes:
    """The encoded picture with the server's time, which is no change of the picture."""
    return picture[:-1] + b',"now":%d}' % millis(now)


def snapshot(hall: Hall, programme: Programme, now: dtm.datetime) -> dict[str, Any]:
    """The room as its host sees it."""
    session, definition, airing = programme.session, programme.webinar.definition, hall.airing
    position = session.position_seconds(now)
    phase = session.phase(now)
    shown = {offer.offer_id for offer in hall.offers(programme, now)}
    prepared = {poll.poll_id: poll for poll in definition.polls} | {
        poll_id: ballot.poll for poll_id, ballot in airing.ballots.items()
    }
    simulated = script.line_frames(hall.entries(programme) if phase != "lobby" else (), -1, position, most=LINES)
    zero = millis(session.opens_at)
    lines = in_order(placed(line, zero) for line in (*simulated, *hall.talk.lines))[-LINES:]
    return {
        "type": "desk",
        "stage": {
            "phase": phase,
            "mode": session.mode,
            "title": definition.title,
            "starts_at": millis(session.opens_at),
            "duration": session.duration_seconds,
            "webinar": session.webinar_id,
            "picture": has_picture(definition.media_kind, definition.media_url),
        },
        "present": hall.present,
        "queue": len(hall.queue.waiting),
        "watching": hall.watching(now),
        "chat": [_line(hall, line) for line in lines],
        "pinned": airing.pinned,
        "slow": airing.slow_seconds,
        "offers": [
            {"id": o.offer_id, "title": o.title, "at": o.show_at_seconds, "shown": o.offer_id in shown}
            for o in definition.offers
        ],
        "polls": [
            airing.ballots[poll_id].frame() | {"opened": True, "on_screen": airing.ballot is airing.ballots[poll_id]}
            if poll_id in airing.ballots
            else {
                "id": poll_id,
                "question": poll.question,
                "options": [{"id": option.option_id, "text": option.text, "votes": 0} for option in poll.options],
                "open": False,
                "opened": False,
                "on_screen": False,
            }
            for poll_id, poll in prepared.items()
        ],
        "questions": hall.board.queue(),
        "handouts": [
            {"id": one.handout_id, "title": one.title, "shown": one.handout_id in airing.handouts}
            for one in definition.handouts
        ],
        "muted": [_person(hall, lead_id) for lead_id in airing.muted],
        "banned": [_person(hall, lead_id) for lead_id in sorted(airing.banned)],
    }


def _line(hall: Hall, line: dict[str, Any]) -> dict[str, Any]:
    author = hall.talk.authors.get(line["id"], "")
    return {
        **line,
        "guest": author or None,
        "deleted": line["id"] in hall.airing.deleted,
        "shadow": line["id"] in hall.talk.shadows and line["id"] not in hall.airing.held,
        "held": line["id"] in hall.airing.held,
        "muted": author in hall.airing.muted,
        "banned": author in hall.airing.banned,
    }


def _person(hall: Hall, lead_id: str) -> dict[str, str]:
    guest: Guest | None = hall.guests.get(lead_id)
    if guest is not None:
        return {"id": lead_id, "name": guest.name}
    said = next(
        (line["author"] for line in hall.talk.lines if hall.talk.authors.get(line["id"]) == lead_id), lead_id[:8]
    )
    return {"id": lead_id, "name": str(said)}
