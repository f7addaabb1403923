"""`efir webinar` and `efir session`: what is on the programme, and when."""

import base64
import datetime as dtm
import re
import secrets
import uuid
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from domain.events import Emitter, Event, Fact, Mode, WebinarCancelled, WebinarConfigured, WebinarScheduled
from domain.webinars import SCHEDULE_EVENTS, Schedule, Session, Webinar, fold_schedule
from efir import settings
from efir.commands.shell import AsJson, Refused, group, now, show, warehouse
from warehouse.interface import Warehouse

webinars = group("Webinars: what is shown.")
sessions = group("Sessions: when a webinar is shown.")

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?")


@webinars.command("add")
def add_webinar(  # noqa: PLR0913, PLR0917 - what a webinar has
    slug: Annotated[str, typer.Argument(help="Its name in addresses: a-z, 0-9 and hyphens.")],
    title: Annotated[str, typer.Option(help="Title in Russian.")],
    title_en: Annotated[str | None, typer.Option(help="Title in English; default: the Russian one.")] = None,
    mode: Annotated[str, typer.Option(help="auto (a recording as if live) or live.")] = "auto",
    media: Annotated[str, typer.Option(help="Address of the video, or a file in EFIR_HOME/media.")] = "",
    minutes: Annotated[float, typer.Option(help="How long it lasts.")] = 60,
    zone: Annotated[str, typer.Option(help="Time zone of its sessions.")] = "Europe/Moscow",
) -> None:
    """Put a webinar on the programme (offers, chat script and policy: in the studio).

    Try: efir webinar add start --title "Как начать" --media start.mp4 --minutes 45
    """
    if not SLUG.fullmatch(slug):
        raise Refused(f"{slug!r} cannot stand in an address: use a-z, 0-9 and hyphens, at most 62.")
    _zone(zone)
    configured = WebinarConfigured(
        action_id=str(uuid.uuid4()), slug=slug, title={"ru": title, "en": title_en or title}, mode=_mode(mode),
        media_kind=_media_kind(media), media_url=media, duration_seconds=round(minutes * 60), time_zone=zone,
    )  # fmt: skip
    with warehouse() as connected:
        if _schedule(connected).by_slug(slug) is not None:
            raise Refused(f"There is a webinar {slug} already; change it in the studio.")
        _state(connected, configured, webinar_id=slug)
    typer.echo(f"{settings.load().address}/w/{slug}")
    typer.echo(f"Next, a session: efir session add {slug} 2030-01-31T19:00")


@webinars.command("list")
def list_webinars(*, as_json: AsJson = False) -> None:
    """Show every webinar with its address and next session."""
    with warehouse() as connected:
        schedule = _schedule(connected)
    rows = [_webinar_row(webinar, schedule) for webinar in schedule.webinars.values()]
    show(rows, as_json=as_json, empty="No webinars yet. Add one: efir webinar add SLUG --title …")


@sessions.command("add")
def add_session(
    slug: Annotated[str, typer.Argument(help="Which webinar.")],
    starts_at: Annotated[str, typer.Argument(help="Start, e.g. 2030-01-31T19:00 (in the webinar's zone), or +15m.")],
    mode: Annotated[str | None, typer.Option(help="auto or live; default: the webinar's.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Schedule a session. Prints its id.

    Try: efir session add start 2030-01-31T19:00, or efir session add start +2m
    """
    with warehouse() as connected:
        webinar = _webinar(connected, slug)
        definition = webinar.definition
        begins = _moment(starts_at, ZoneInfo(definition.time_zone))
        if begins < now():
            raise Refused(f"{begins.isoformat()} is in the past.")
        session_id = new_session_id()
        scheduled = WebinarScheduled(
            action_id=str(uuid.uuid4()), starts_at=begins, duration_seconds=definition.duration_seconds,
            mode=_mode(mode) if mode else definition.mode,
        )  # fmt: skip
        _state(connected, scheduled, webinar_id=webinar.webinar_id, session_id=session_id)
    row = {"session": session_id, "webinar": slug, "starts": begins.isoformat(), "mode": scheduled.mode}
    show([row], as_json=as_json, empty="")


@sessions.command("list")
def list_sessions(
    slug: Annotated[str | None, typer.Argument(help="Of one webinar; default: of all.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show sessions, the latest first."""
    with warehouse() as connected:
        schedule = _schedule(connected)
        wanted = _webinar(connected, slug).webinar_id if slug else None
    found = [one for one in schedule.sessions.values() if wanted in {None, one.webinar_id}]
    rows = [_session_row(one) for one in sorted(found, key=lambda one: one.starts_at, reverse=True)]
    show(rows, as_json=as_json, empty="No sessions yet. Add one: efir session add SLUG +15m")


@sessions.command("cancel")
def cancel_session(session_id: Annotated[str, typer.Argument(help="See: efir session list")]) -> None:
    """Call a session off: nothing more is sent for it."""
    with warehouse() as connected:
        session = _schedule(connected).sessions.get(session_id)
        if session is None:
            raise Refused(f"There is no session {session_id}. See them: efir session list")
        if session.status in {"ended", "cancelled"}:
            raise Refused(f"Session {session_id} is {session.status} already.")
        cancelled = WebinarCancelled(action_id=str(uuid.uuid4()))
        _state(connected, cancelled, webinar_id=session.webinar_id, session_id=session_id)
    typer.echo(f"Session {session_id} is cancelled.")


def new_session_id() -> str:
    """Ten random letters and digits."""
    return base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10]


def _state(connected: Warehouse, event: Event, *, webinar_id: str, session_id: str | None = None) -> None:
    fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=now(), webinar_id=webinar_id, session_id=session_id)
    receipt = connected.append([fact])[0]
    if receipt.status != "accepted":
        raise Refused(f"The log answered {receipt.status}: {receipt.message}")


def _schedule(connected: Warehouse) -> Schedule:
    return fold_schedule(connected.facts_of(names=SCHEDULE_EVENTS))


def _webinar(connected: Warehouse, slug: str) -> Webinar:
    webinar = _schedule(connected).by_slug(slug)
    if webinar is None:
        raise Refused(f"There is no webinar {slug}. See them: efir webinar list")
    return webinar


def _mode(text: str) -> Mode:
    match text:
        case "auto" | "live":
            return text
    raise Refused(f"{text!r} is no mode: auto or live.")


def _media_kind(media: str) -> str:
    if "youtube.com/" in media or "youtu.be/" in media:
        return "youtube"
    return "hls" if media.endswith(".m3u8") else "file"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(f"{name!r} is no time zone; one is Europe/Moscow.") from error


def _moment(text: str, zone: ZoneInfo) -> dtm.datetime:
    if match := re.fullmatch(r"\+(\d+)m", text):
        return now() + dtm.timedelta(minutes=int(match[1]))
    try:
        moment = dtm.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is no moment: write 2030-01-31T19:00, or +15m.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dtm.UTC)


def _webinar_row(webinar: Webinar, schedule: Schedule) -> dict[str, Any]:
    coming = schedule.next_session(webinar.webinar_id, now())
    return {
        "slug": webinar.slug, "title": webinar.definition.title.get("ru", ""), "mode": webinar.definition.mode,
        "next session": coming.starts_at.isoformat() if coming else None,
        "address": f"{settings.load().address}/w/{webinar.slug}",
    }  # fmt: skip


def _session_row(session: Session) -> dict[str, Any]:
    return {
        "session": session.session_id, "webinar": session.webinar_id, "mode": session.mode,
        "starts": session.starts_at.isoformat(), "minutes": round(session.duration_seconds / 60, 1),
        "phase": session.phase(now()),
    }  # fmt: skip
