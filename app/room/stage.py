"""What a room shows in its phase: when it begins, what plays, what comes after. Nothing of what is not due yet."""

import datetime as dtm
import logging
from typing import Any
from urllib.parse import urlsplit

from app.room.addresses import LONGEST, MediaError, address
from domain.embeds import EMBEDS, EmbedKind, embed_of, has_picture
from domain.events import deterministic_id
from domain.webinars import Phase, Schedule, Session, Webinar

logger = logging.getLogger(__name__)

MEDIA_SPARE = dtm.timedelta(minutes=15)
"""A media address outlives the session by this much, if that is not too long."""


def millis(moment: dtm.datetime) -> int:
    """Unix time in milliseconds, as browsers count."""
    return round(moment.timestamp() * 1000)


def stage(session: Session, webinar: Webinar, schedule: Schedule, now: dtm.datetime) -> dict[str, Any]:
    """The room as it stands now."""
    phase = session.phase(now)
    shown: dict[str, Any] = {
        "phase": phase,
        "mode": session.mode,
        "title": webinar.definition.title,
        "host": webinar.definition.host_name,
        "starts_at": millis(session.opens_at),
        "duration": session.duration_seconds,
        "chat": is_chat_open(webinar, phase),
        "links": webinar.definition.is_guest_link_clickable,
        "questions": are_questions_open(webinar, phase),
        "reactions": phase == "on_air" and webinar.definition.is_reaction_open,
        "pause": webinar.definition.is_pause_allowed,
        "landing": f"/w/{webinar.slug}",
    }
    if phase == "on_air":
        ends = max(session.planned_end, now) + MEDIA_SPARE
        shown |= {"zero": millis(session.opens_at), "media": source(webinar, session.session_id, ends, now)}
    elif phase in ("over", "cancelled"):
        shown |= {"next": _next(session, schedule, now), "replay": replay_address(session, webinar, now)}
    return shown


def is_chat_open(webinar: Webinar, phase: Phase) -> bool:
    """Whether guests may write: as the studio set it, apart for the waiting room."""
    definition = webinar.definition
    is_open = definition.is_lobby_chat_open if phase == "lobby" else phase == "on_air"
    return definition.is_chat_open and is_open


def are_questions_open(webinar: Webinar, phase: Phase) -> bool:
    """Whether guests may ask and vote: from the waiting room to the end."""
    return webinar.definition.is_question_open and phase in ("lobby", "on_air")


def source(webinar: Webinar, session_id: str, until: dtm.datetime, now: dtm.datetime) -> dict[str, str] | None:
    """Where the video is: a signed address for what we serve, the address itself for what others serve.

    `key` stays the same while the video does: a page that has it need not load it again. A signed address works until
    then, six hours at most: pages ask for another one when it has expired. None: there is no picture (yet).
    """
    definition = webinar.definition
    kind, url = definition.media_kind, definition.media_url
    if not has_picture(kind, url):
        return None
    until = min(until, now + LONGEST)
    told = {"kind": kind, "key": deterministic_id("media", session_id, kind, url)}
    if kind in EMBEDS:
        return {**told, **_embedded(kind, url)}
    try:
        told["url"] = _address(url, kind, session_id, until)
    except MediaError as error:  # saved by an earlier version; the form refuses it: the room goes on without it
        logger.error("No video in session %s: %s", session_id, error)  # noqa: TRY400 - the sentence is all there is
        return None
    if definition.captions_url:
        told["captions"] = _address(definition.captions_url, "file", session_id, until)
    return told


def _embedded(kind: EmbedKind, typed: str) -> dict[str, str]:
    found = embed_of(kind, typed)
    return {"id": found.video, "pass": found.key} if found else {}


def _address(name: str, kind: str, session_id: str, until: dtm.datetime) -> str:
    return name if urlsplit(name).scheme in {"http", "https"} else address(name, kind, session_id, until)


def replay_until(session: Session, webinar: Webinar) -> dtm.datetime | None:
    """When the replay closes; None: there is none (not offered, nothing to show, or the session never ran)."""
    hours = webinar.replay_hours
    if hours is None or not session.has_run:
        return None
    return session.ends_at + dtm.timedelta(hours=hours)


def replay_address(session: Session, webinar: Webinar, now: dtm.datetime) -> str | None:
    """The replay's page while it is open."""
    until = replay_until(session, webinar)
    is_open = until is not None and session.phase(now) == "over" and now < until
    return f"/replay/{session.session_id}" if is_open else None


def _next(session: Session, schedule: Schedule, now: dtm.datetime) -> dict[str, Any] | None:
    following = schedule.next_session(session.webinar_id, now)
    if following is None or following.session_id == session.session_id:
        return None
    return {"starts_at": millis(following.starts_at)}
