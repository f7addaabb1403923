"""What a room shows in its phase: when it begins, what plays, what comes after. Nothing of what is not due yet."""

import datetime as dtm
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.room import media
from domain.events import deterministic_id
from domain.webinars import Phase, Schedule, Session, Webinar

logger = logging.getLogger(__name__)

MEDIA_SPARE = dtm.timedelta(minutes=15)
"""A media address outlives the session by this much."""

YOUTUBE_ID_LENGTH = 11


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
        "landing": f"/w/{webinar.slug}",
    }
    if phase == "on_air":
        ends = max(session.planned_end, now) + MEDIA_SPARE
        shown |= {"zero": millis(session.opens_at), "media": source(webinar, session.session_id, ends)}
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


def source(webinar: Webinar, session_id: str, until: dtm.datetime) -> dict[str, str]:
    """Where the video is: a signed address for what we serve, the address itself for what others serve.

    `key` stays the same while the video does: a page that has it need not load it again.
    """
    definition = webinar.definition
    told = {"kind": definition.media_kind, "key": deterministic_id("media", session_id, definition.media_url)}
    if definition.media_kind == "youtube":
        return {**told, "id": youtube_id(definition.media_url)}
    if urlsplit(definition.media_url).scheme in {"http", "https"}:
        return {**told, "url": definition.media_url}
    try:
        return {**told, "url": media.address(definition.media_url, definition.media_kind, session_id, until)}
    except media.MediaError as error:  # saved by an earlier version; the form refuses it: the room goes on without it
        logger.error("No video in session %s: %s", session_id, error)  # noqa: TRY400 - the sentence is all there is
        return {**told, "url": "/media/refused/playlist.m3u8"}


def youtube_id(address: str) -> str:
    """The video's id out of any usual YouTube address; a bare id is itself."""
    parts = urlsplit(address)
    if not parts.netloc:
        return address.strip()[:YOUTUBE_ID_LENGTH]
    if found := parse_qs(parts.query).get("v"):
        return found[0][:YOUTUBE_ID_LENGTH]
    return parts.path.rstrip("/").rpartition("/")[2][:YOUTUBE_ID_LENGTH]


def replay_until(session: Session, webinar: Webinar) -> dtm.datetime | None:
    """When the replay closes; None: there is none (not offered, or the session never ran)."""
    hours = webinar.definition.replay_hours
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
