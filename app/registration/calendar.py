"""The calendar file of a registration: one event with an alarm and the personal room link."""

import datetime as dtm
from functools import partial

from icalendar import Alarm, Calendar, Event
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.registration.links import room_of
from app.settings import Settings
from app.shared import schedule, texts, warehouse
from app.shared.visitor import LANGUAGE_COOKIE
from domain.webinars import Session, Webinar
from warehouse import tokens

ALARM_BEFORE = dtm.timedelta(minutes=10)


def calendar(webinar: Webinar, session: Session, *, room_url: str, language: str, now: dtm.datetime) -> bytes:
    """The file's bytes. Times are UTC, so every calendar shows them in its owner's zone."""
    title = texts.localised(webinar.definition.title, language)
    event = Event()
    event.add("uid", f"{session.session_id}@efir")
    event.add("dtstamp", now)
    event.add("dtstart", session.opens_at.astimezone(dtm.UTC))
    event.add("dtend", session.planned_end.astimezone(dtm.UTC))
    event.add("summary", title)
    event.add("description", texts.translate(language, "thanks.calendar_text", url=room_url))
    event.add("location", room_url)
    event.add("url", room_url)
    if session.status == "cancelled":
        event.add("status", "CANCELLED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -ALARM_BEFORE)
    event.add_component(alarm)
    whole = Calendar()
    whole.add("prodid", "-//Efir//webinar//RU")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add_component(event)
    return whole.to_ical()


def routes(settings: Settings) -> list[BaseRoute]:
    """The route of the calendar files."""
    return [Route("/ics/{token}", partial(_file, settings=settings), methods=["GET"])]


async def _file(request: Request, *, settings: Settings) -> Response:
    now = dtm.datetime.now(dtm.UTC)
    language = texts.preferred("", request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))
    token = request.path_params["token"]
    body = await warehouse.get().run(tokens.redeem, "thanks", token, now=now)
    session = schedule.current().sessions.get(body["session_id"] or "") if body else None
    webinar = schedule.current().webinars.get(session.webinar_id) if session else None
    if body is None or session is None or webinar is None:
        return PlainTextResponse(texts.translate(language, "thanks.unknown.text"), status_code=404)
    room_url = await room_of(warehouse.get(), token, body, session, settings, now)
    data = calendar(webinar, session, room_url=room_url, language=language, now=now)
    disposition = f'attachment; filename="{webinar.slug}.ics"'
    return Response(data, media_type="text/calendar", headers={"Content-Disposition": disposition})
