"""What the tests of the page do: schedule, come in, compare the picture with the server's clock."""

import datetime as dtm
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.room.media import SAMPLE
from app.shared import schedule
from domain.events import Emitter, Event, Fact, WebinarConfigured
from tests.app.rooms import WEBINAR, Rooms
from tests.patience import PATIENCE_MS
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow

IN_STEP = """(zero) => {
    const video = document.querySelector('video');
    return Boolean(video) && !video.paused && !video.seeking
        && Math.abs(video.currentTime - (Date.now() - zero) / 1000) < 0.9;
}"""


@dataclass
class Screen:
    """The server, a browser on the same clock, and the media folder."""

    rooms: Rooms
    browser: Browser
    context: BrowserContext
    media: Path
    sample: Path = SAMPLE

    def state(self, event: Event, session_id: str | None = None) -> None:
        """The studio states one fact now."""
        moment = dtm.datetime.now(dtm.UTC)
        fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=moment, webinar_id=WEBINAR, session_id=session_id)
        self.rooms.warehouse.append([fact], quarantine=False)

    def enter(self, session_id: str, *, purpose: str = "join", query: str = "", page: Page | None = None) -> Page:
        """Follow a personal link in a page."""
        lead, moment = str(uuid.uuid4()), dtm.datetime.now(dtm.UTC)
        name = PersonalRow(lead, Personal.NAME, "Анна Тестова", given_at=moment)
        self.rooms.warehouse.append([], personal=[name])
        body = {"lead_id": lead, "webinar_id": WEBINAR, "session_id": session_id}
        token = tokens.mint(self.rooms.warehouse, purpose, body, now=moment, ttl=dtm.timedelta(hours=1))
        page = page or self.context.new_page()
        page.goto(f"{self.rooms.origin}/{'r' if purpose == 'replay' else 'j'}/{token}{query}")
        return page

    def zero(self, session_id: str) -> float:
        """The server's clock zero, Unix milliseconds."""
        return schedule.current().sessions[session_id].opens_at.timestamp() * 1000

    def wait_in_step(self, page: Page, session_id: str) -> None:
        """Until the picture plays within a second of the server's position (both run on this machine's clock).

        A tenth less than that: it is nearing now, and whoever measures a moment later must find it within the second.
        """
        page.wait_for_function(IN_STEP, arg=self.zero(session_id), timeout=PATIENCE_MS)

    def drift(self, page: Page, session_id: str) -> float:
        """Seconds by which the picture differs from what the server says of this very moment; asked in between."""
        session = schedule.current().sessions[session_id]
        before = session.position_seconds(dtm.datetime.now(dtm.UTC))
        shown = float(page.evaluate("document.querySelector('video').currentTime"))
        after = session.position_seconds(dtm.datetime.now(dtm.UTC))
        return max(before - shown, shown - after, 0.0)


def on_air(page: Page) -> None:
    """The page shows what is on air."""
    expect(page.locator(".room[data-phase=on_air]")).to_be_visible(timeout=PATIENCE_MS)


def configured(**more: Any) -> WebinarConfigured:
    """The webinar saved anew."""
    return WebinarConfigured(
        action_id=str(uuid.uuid4()), slug=WEBINAR, title={"ru": "Воронка", "en": "The funnel"}, host_name="Мария",
        duration_seconds=120, **more,
    )  # fmt: skip
