"""Who sits in the bench's room: invited people, their pages, and what they say."""

import datetime as dtm
import time
from collections.abc import Callable
from typing import Any

from app.room.seats import Seat, cookie_name, cookie_value
from benchmarks.room.crowd import Heard, Page
from domain.events import Emitter, Fact, Offer, RegisteredForSession, WebinarConfigured, WebinarScheduled
from warehouse.interface import Personal, PersonalRow, Warehouse

SESSION, WEBINAR = "bench", "bench"
HEARTBEAT = 10.0
SPEAKERS = 100
"""Each guest may write three lines at once and three in five seconds: the lines come from many."""


def invite(warehouse: Warehouse, leads: list[str]) -> None:
    """A webinar whose session is on air, and a place in it for everybody."""
    now = dtm.datetime.now(dtm.UTC)
    definition = WebinarConfigured(
        action_id="a1", slug=WEBINAR, title={"ru": "Стенд"}, duration_seconds=7200, media_url="sample.mp4",
        offers=(Offer(offer_id="bench", title={"ru": "Разбор"}, button={"ru": "Хочу"}, show_at_seconds=None),),
    )  # fmt: skip
    plan = WebinarScheduled(
        action_id="a2", starts_at=now - dtm.timedelta(seconds=5), duration_seconds=7200, mode="auto"
    )
    stated: dict[str, Any] = {"emitter": Emitter.STUDIO, "occurred_at": now, "webinar_id": WEBINAR}
    rows = [PersonalRow(lead, Personal.NAME, f"Гость {number}", given_at=now) for number, lead in enumerate(leads)]
    facts = [Fact.of(definition, **stated), Fact.of(plan, session_id=SESSION, **stated)]
    place = {"emitter": Emitter.WEB_FORM, "occurred_at": now, "webinar_id": WEBINAR, "session_id": SESSION}
    facts += [Fact.of(RegisteredForSession(), lead_id=lead, **place) for lead in leads]
    warehouse.append(facts, personal=rows, quarantine=False)


def page_of(leads: list[str], port: int, heard: Heard) -> Callable[[int], Page]:
    """What makes the page of each lead by number, with the cookie of a seat."""
    cookies = [f"{cookie_name(SESSION)}={cookie_value(Seat(lead, WEBINAR, SESSION))}" for lead in leads]

    def page(number: int) -> Page:
        return Page(number, f"127.0.0.1:{port}", SESSION, cookies[number], heard)

    return page


def say_line(pages: list[Page], number: int) -> None:
    """A chat line that carries the moment it was written at."""
    text = f"@{time.monotonic_ns()}@ спасибо, всё слышно и видно отлично"
    pages[number * 37 % min(SPEAKERS, len(pages))].say(type="chat", id=str(number), text=text)
