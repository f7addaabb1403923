"""`efir webinar` and `efir session`: what is on the programme, and when. The studio's forms check what was typed."""

import datetime as dtm
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from app.room.media import SAMPLE
from app.studio import programme
from app.studio.forms import Complaints
from app.studio.rule_form import DAYS, filled, kept, read
from app.studio.webinar_form import BLANK, configured
from domain.embeds import kind_of
from domain.events import Fact
from domain.recurrence import NO_RULE, upcoming
from domain.webinars import Schedule, Session, Webinar
from efir import settings
from efir.commands.shell import AsJson, Refused, form, group, now, print_json, show, warehouse
from warehouse.interface import Warehouse
from warehouse.reads import programme as read_programme
from warehouse.reads import studio

webinars = group("Webinars: what is shown.")
sessions = group("Sessions: when a webinar is shown.")
SHOWN_SLOTS = 5
FROM_NOW = re.compile(r"\+(\d{1,6})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


@webinars.command("add")
def add_webinar(  # noqa: PLR0913, PLR0917 - what a webinar has
    slug: Annotated[str, typer.Argument(help="Its name in addresses: a-z, 0-9 and hyphens.")],
    title: Annotated[str, typer.Option(help="Title in Russian.")],
    title_en: Annotated[str, typer.Option(help="Title in English.")] = "",
    mode: Annotated[Literal["auto", "live"], typer.Option(help="auto: a recording as if live.")] = "auto",
    media: Annotated[str, typer.Option(help="Address of the video, or a file in EFIR_HOME/media.")] = "sample.mp4",
    duration: Annotated[str, typer.Option(help="Minutes (45) or a time (12:30, 1:02:03).")] = "60",
    zone: Annotated[str, typer.Option(help="Time zone of its sessions.")] = "Europe/Moscow",
    *,
    as_json: AsJson = False,
) -> None:
    """Put a webinar on the programme (offers, chat script and policy: in the studio).

    Try: efir webinar add start --title "Как начать" --media start.mp4 --duration 45
    """
    typed = {
        **BLANK, "slug": slug, "title_ru": title, "title_en": title_en, "mode": mode, "media_url": media,
        "media_kind": _media_kind(media), "duration": duration, "time_zone": zone,
    }  # fmt: skip
    with warehouse() as connected, form():
        _append(connected, configured(typed, schedule_of(connected), None, now=now()))
    if as_json:
        print_json({"webinar": slug, "address": f"{settings.load().address}/w/{slug}"})
        return
    typer.echo(f"{settings.load().address}/w/{slug}")
    if (missing := _missing(media)) is not None:
        typer.echo(f"There is no {missing} yet: put the video there before the session.", err=True)
    typer.echo(f"Next, a session: efir session add {slug} +15m")


@webinars.command("list")
def list_webinars(*, as_json: AsJson = False) -> None:
    """Show every webinar with its address and next session.

    Try: efir webinar list --json
    """
    with warehouse() as connected:
        schedule = schedule_of(connected)
    rows = [_webinar_row(webinar, schedule) for webinar in schedule.webinars.values()]
    show(rows, as_json=as_json, empty="No webinars yet. Add one: efir webinar add SLUG --title …")


@sessions.command("add")
def add_session(
    slug: Annotated[str, typer.Argument(help="Which webinar.")],
    starts_at: Annotated[
        str, typer.Argument(help="Start: 19:00 or 2030-01-31T19:00 in the webinar's zone, or +15m, +2h, +3d.")
    ] = "",
    *,
    rrule: Annotated[
        str, typer.Option(help="Instead of a start: days by RFC 5545, e.g. FREQ=WEEKLY;BYDAY=TU,TH.")
    ] = "",
    at: Annotated[str, typer.Option(help="With --rrule: times of day, e.g. 12:00,19:00.")] = "",
    first_day: Annotated[str, typer.Option(help="With --rrule: from which day, e.g. 2030-01-31; default today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Schedule a session, or with --rrule the days on which sessions come by themselves.

    Try: efir session add start 19:00 (when it is that next), or efir session add start +2m,
    or efir session add start --rrule "FREQ=WEEKLY;BYDAY=TU,TH" --at 19:00
    """
    if bool(rrule) == bool(starts_at):
        raise Refused("Give a start (19:00, 2030-01-31T19:00, +15m) or a rule (--rrule with --at), one of them.")
    with warehouse() as connected, form():
        schedule = schedule_of(connected)
        webinar = _webinar(schedule, slug)
        if rrule:
            show(
                _keep_rule(connected, schedule, webinar, rrule, at, first_day), as_json=as_json, empty="No session yet."
            )
            return
        begins = _moment(starts_at, webinar.definition.time_zone)
        fact = programme.scheduled(webinar, schedule, begins, now=now())
        _append(connected, fact)
    begins = begins.astimezone(ZoneInfo(webinar.definition.time_zone))
    row = {"session": fact.session_id, "webinar": slug, "starts": _told(begins), "mode": webinar.definition.mode}
    show([row], as_json=as_json, empty="")


@sessions.command("list")
def list_sessions(
    slug: Annotated[str | None, typer.Argument(help="Of one webinar; default: of all.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show sessions, the latest first.

    Try: efir session list start --json
    """
    with warehouse() as connected:
        schedule = schedule_of(connected)
    wanted = _webinar(schedule, slug).webinar_id if slug else None
    found = [one for one in schedule.sessions.values() if wanted in {None, one.webinar_id}]
    rows = [_session_row(one) for one in sorted(found, key=lambda one: one.starts_at, reverse=True)]
    show(rows, as_json=as_json, empty="No sessions yet. Add one: efir session add SLUG +15m")


@sessions.command("cancel")
def cancel_session(
    session_id: Annotated[str, typer.Argument(help="See: efir session list")], *, as_json: AsJson = False
) -> None:
    """Call a session off: everybody who has a place is told in Telegram.

    Try: efir session cancel 7f3a9c
    """
    with warehouse() as connected, form():
        session = schedule_of(connected).sessions.get(session_id)
        if session is None:
            raise Refused(f"There is no session {session_id}. See them: efir session list")
        _append(connected, programme.cancelled(session, now=now()))
    if as_json:
        print_json({"session": session_id, "status": "cancelled"})
    else:
        typer.echo(f"Session {session_id} is cancelled.")


def schedule_of(connected: Warehouse) -> Schedule:
    """The programme as the log has it."""
    return read_programme.schedule(connected)


def _append(connected: Warehouse, fact: Fact) -> None:
    receipt = connected.append([fact])[0]
    if not receipt.is_stored:
        raise Refused(f"The log answered {receipt.status}: {receipt.message}")


def _keep_rule(
    connected: Warehouse, schedule: Schedule, webinar: Webinar, rrule: str, at: str, first_day: str
) -> list[dict[str, Any]]:
    """Keep a recurring rule; hours without shows that a rule in force has go on. Returns its next sessions."""
    old = filled(schedule.rules.get(webinar.webinar_id, NO_RULE), "en")
    typed = {**old, **dict.fromkeys(DAYS, ""), "kind": "recurring", "rrule": rrule, "times": at, "first_day": first_day}
    zone = webinar.definition.time_zone
    rule = read(typed, webinar, today=now().astimezone(ZoneInfo(zone)).date())
    registered = {key: numbers.registered for key, numbers in studio.session_numbers(connected).items()}
    connected.append(kept(webinar, rule, schedule, registered, by="", now=now()), quarantine=False)
    return [{"webinar": webinar.slug, "starts": _told(slot.astimezone(ZoneInfo(zone))), "zone": zone}
            for slot in upcoming(rule, zone, now(), SHOWN_SLOTS)]  # fmt: skip


def _webinar(schedule: Schedule, slug: str) -> Webinar:
    webinar = schedule.by_slug(slug)
    if webinar is None:
        raise Refused(f"There is no webinar {slug}. See them: efir webinar list")
    return webinar


def _media_kind(media: str) -> str:
    if service := kind_of(media):
        return service
    return "hls" if media.endswith(".m3u8") else "file"


def _missing(media: str) -> Path | None:
    """Where the video should lie and does not; None for an address, or when it is there."""
    place = settings.load().home.absolute() / "media" / media
    return None if "://" in media or place.exists() or (SAMPLE / media).exists() else place


def _moment(text: str, zone: str) -> dtm.datetime:
    """The moment meant, if a session can begin then. Raises Refused, or Complaints."""
    if match := FROM_NOW.fullmatch(text):
        text = (now().replace(microsecond=0) + dtm.timedelta(**{UNITS[match[2]]: int(match[1])})).isoformat()
    elif CLOCK.fullmatch(text):
        text = _next(dtm.time.fromisoformat(text.zfill(5)), ZoneInfo(zone)).isoformat()
    try:
        return programme.start_of(text, zone, now=now())
    except Complaints as error:
        if error.fields == {"starts_at": "not_a_moment"}:
            raise Refused(f"{text!r} is no start: write 19:00, 2030-01-31T19:00 or +15m (also +2h, +3d).") from error
        raise


def _next(clock: dtm.time, zone: ZoneInfo) -> dtm.datetime:
    """When the clocks of the zone show this the next time."""
    here = now().astimezone(zone)
    today = dtm.datetime.combine(here.date(), clock, zone)
    return today if today > here else dtm.datetime.combine(here.date() + dtm.timedelta(days=1), clock, zone)


def _told(moment: dtm.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _webinar_row(webinar: Webinar, schedule: Schedule) -> dict[str, Any]:
    coming = schedule.next_session(webinar.webinar_id, now())
    return {
        "slug": webinar.slug,
        "title": webinar.definition.title.get("ru", ""),
        "mode": webinar.definition.mode,
        "next_session": _told(coming.starts_at) if coming else None,
        "address": f"{settings.load().address}/w/{webinar.slug}",
    }


def _session_row(session: Session) -> dict[str, Any]:
    return {
        "session": session.session_id,
        "webinar": session.webinar_id,
        "mode": session.mode,
        "starts": _told(session.starts_at),
        "minutes": round(session.duration_seconds / 60, 1),
        "phase": session.phase(now()),
    }
