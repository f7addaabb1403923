"""The calendar file of a registration: one event with an alarm and the personal room link."""

import datetime as dtm
from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.registration.links import room_of
from app.settings import Settings
from app.shared import plain, schedule, texts, warehouse
from app.shared.language import language_of
from domain.webinars import Session, Webinar
from warehouse import tokens
from warehouse.interface import WarehouseError

ALARM_BEFORE = dtm.timedelta(minutes=10)


def calendar(webinar: Webinar, session: Session, *, room_url: str, language: str, now: dtm.datetime) -> bytes:
    """The file's bytes, in the webinar's zone with its rules (VTIMEZONE): every calendar shows its owner's time.

    The same session always has the same UID; each move or cancellation a higher SEQUENCE, so that a file taken again
    takes the old entry's place.
    """
    zone = ZoneInfo(webinar.definition.time_zone)
    title = texts.localised(webinar.definition.title, language)
    event = Event()
    event.add("uid", f"{session.session_id}@efir")
    event.add("dtstamp", now)
    event.add("sequence", session.revision)
    event.add("dtstart", session.opens_at.astimezone(zone))
    event.add("dtend", session.planned_end.astimezone(zone))
    event.add("summary", title)
    event.add("description", texts.translate(language, "thanks.calendar_text", url=room_url))
    event.add("location", room_url)
    event.add("url", room_url)
    is_cancelled = session.status == "cancelled"
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    if not is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -ALARM_BEFORE)
        event.add_component(alarm)
    whole = Calendar()
    whole.add("prodid", "-//Efir//webinar//RU")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    whole.add_component(event)
    whole.add_missing_timezones()
    return whole.to_ical()


def google_url(title: str, session: Session, text: str, room_url: str) -> str:
    """The address at which Google Calendar offers to keep the session."""
    moments = (f"{at.astimezone(dtm.UTC):%Y%m%dT%H%M%SZ}" for at in (session.opens_at, session.planned_end))
    asked = {"action": "TEMPLATE", "text": title, "dates": "/".join(moments), "details": text, "location": room_url}
    return f"https://calendar.google.com/calendar/render?{urlencode(asked)}"


def outlook_url(title: str, session: Session, text: str, room_url: str) -> str:
    """The address at which Outlook on the web offers to keep the session."""
    begins, ends = (f"{at.astimezone(dtm.UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (session.opens_at, session.planned_end))
    asked = {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": title, "startdt": begins, "enddt": ends,
        "body": text, "location": room_url,
    }  # fmt: skip
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(asked)}"


def routes(settings: Settings) -> list[BaseRoute]:
    """The route of the calendar files."""
    return [Route("/ics/{token}", partial(_file, settings=settings), methods=["GET"])]


async def _file(request: Request, *, settings: Settings) -> Response:
    now = dtm.datetime.now(dtm.UTC)
    language = language_of(request)
    token = request.path_params["token"]
    try:
        body = await warehouse.get().run(tokens.redeem, "thanks", token, now=now)
        plan = await schedule.refresh()  # moved a moment ago is moved
    except WarehouseError:
        return plain.page(request, "link.away", status=503)
    session = plan.sessions.get(body["session_id"] or "") if body else None
    webinar = plan.webinars.get(session.webinar_id) if session else None
    if body is None or session is None or webinar is None:
        return plain.page(request, "thanks.unknown", status=404)
    room_url = await room_of(warehouse.get(), token, body, session, settings, now)
    data = calendar(webinar, session, room_url=room_url, language=language, now=now)
    disposition = f'attachment; filename="{webinar.slug}.ics"'
    return Response(data, media_type="text/calendar", headers={"Content-Disposition": disposition})
