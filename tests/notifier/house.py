"""A small house for the notifier: a real warehouse, a real Bot API server, synthetic people, a notifier in a thread.

Nothing here is mocked; the loop runs beside the test, which waits for facts (long poll) or for calls at the server.
"""

import asyncio
import datetime as dtm
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.events import (
    ConsentChoice,
    ConsentGiven,
    CoreIngestEvent,
    CoreLeadCreated,
    Emitter,
    Event,
    Fact,
    MessagePlanned,
    PartnerJoined,
    RegisteredForSession,
    TelegramLinked,
    WebinarConfigured,
    WebinarScheduled,
)
from notifier.bot import Notifier, build
from notifier.lanes import Limits
from notifier.resident import run
from notifier.settings import Settings
from tests.botapi.server import TOKEN, BotApi
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow, Warehouse

QUICK = Limits(chat_seconds=0.02)
"""A chat may be written to again at once: most tests are not about Telegram's ceilings and need not wait for them."""
WEBINAR, SESSION = "first-webinar", "sess000001"
OUTCOMES = frozenset({"message_sent", "message_failed", "message_uncertain"})
SITE = "https://efir.example.org"


def now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)


class Thread:
    """A notifier in a thread with its own loop, as `python -m notifier` would run it."""

    def __init__(self, notifier: Notifier, loop: asyncio.AbstractEventLoop) -> None:
        self.notifier = notifier
        self.error: BaseException | None = None
        self._loop = loop
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(20), "the notifier did not get ready"

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(run(self.notifier, self._stop, self._ready.set))
        except BaseException as error:  # noqa: BLE001 - told to the test
            self.error = error
            self._ready.set()

    def end(self) -> float:
        """Stop it gracefully; returns how many seconds that took."""
        began = time.monotonic()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()
        return time.monotonic() - began


class House:
    """What a test talks to."""

    def __init__(self, home: Path, warehouse: Warehouse, api: BotApi | None) -> None:
        self.home = home
        self.warehouse = warehouse
        self.api = api
        self.running: Thread | None = None
        self.limits = QUICK

    def settings(self, **changes: Any) -> Settings:
        given: dict[str, Any] = {"home": self.home, "public_url": SITE, "telegram_read_seconds": 1.0}
        if self.api is not None:
            given |= {"telegram_bot_token": TOKEN, "telegram_api_base_url": self.api.url}
        return Settings(**(given | changes))

    def start(self, **changes: Any) -> Thread:
        """Start the notifier; it is ready when this returns."""
        (self.home / "notifier").mkdir(parents=True, exist_ok=True)
        loop = asyncio.new_event_loop()
        notifier = build(
            self.settings(**changes), self.warehouse, now=now, monotonic=time.monotonic, limits=self.limits
        )
        self.running = Thread(notifier, loop)
        return self.running

    def stop(self) -> None:
        if self.running is not None:
            self.running.end()
            self.running = None

    # --- what the log gets -----------------------------------------------------------------------------------------

    def state(self, event: Event, emitter: Emitter, *, personal: Sequence[PersonalRow] = (), **envelope: Any) -> Fact:
        fact = Fact.of(event, emitter=emitter, occurred_at=envelope.pop("occurred_at", None) or now(), **envelope)
        receipt = self.warehouse.append([fact], personal=personal)[0]
        assert receipt.status == "accepted", receipt
        return fact

    def a_webinar(self, *, starts_in: dtm.timedelta = dtm.timedelta(hours=2), **changes: Any) -> None:
        """«Первый вебинар», AUTO, an hour long, with one session."""
        given: dict[str, Any] = {
            "action_id": uuid.uuid4().hex,
            "slug": "first",
            "title": {"ru": "Первый вебинар", "en": "First webinar"},
            "host_name": "Ольга (пример)",
            "duration_seconds": 3600,
        }
        place = {"webinar_id": WEBINAR}
        self.state(WebinarConfigured(**(given | changes)), Emitter.STUDIO, **place)
        scheduled = WebinarScheduled(action_id="a1", starts_at=now() + starts_in, duration_seconds=3600, mode="auto")
        self.state(scheduled, Emitter.STUDIO, session_id=SESSION, **place)

    def a_lead(
        self,
        name: str = "Анна Примерова",
        *,
        chat: int | None = 1001,
        language: str = "ru",
        time_zone: str | None = None,
        partner_id: str | None = None,
        consents: Sequence[str] = ("processing", "marketing"),
        is_registered: bool = True,
    ) -> str:
        """A synthetic lead that came through the web form."""
        lead_id = str(uuid.uuid4())
        choices = tuple(ConsentChoice(purpose=purpose, text_version="v1") for purpose in consents)
        form = CoreIngestEvent(
            submission_id=uuid.uuid4().hex,
            language=language,
            time_zone=time_zone,
            consents=choices,  # type: ignore[arg-type]
        )
        rows = [PersonalRow(lead_id, Personal.NAME, name)]
        ingest = self.state(form, Emitter.WEB_FORM, lead_id=lead_id, webinar_id=WEBINAR, personal=rows)
        created = CoreLeadCreated(
            lead_source="newsletter",
            first_touch_at=ingest.occurred_at,
            lead_created_at=ingest.occurred_at,
            entry=Emitter.WEB_FORM,
            partner_id=partner_id,
            ingest_event_id=ingest.event_id,
        )
        self.state(created, Emitter.CORE, lead_id=lead_id)
        for choice in choices:
            given = ConsentGiven(purpose=choice.purpose, text_version="v1", given_by=ingest.event_id)
            self.state(given, Emitter.CORE, lead_id=lead_id)
        if is_registered:
            self.state(
                RegisteredForSession(), Emitter.WEB_FORM, lead_id=lead_id, webinar_id=WEBINAR, session_id=SESSION
            )
        if chat is not None:
            self.link(chat, lead_id=lead_id)
        return lead_id

    def a_partner(self, code: str = "olga", *, chat: int | None = 2001) -> str:
        """A synthetic partner."""
        partner_id = str(uuid.uuid4())
        self.state(PartnerJoined(partner_id=partner_id, code=code), Emitter.CORE)
        if chat is not None:
            self.link(chat, partner_id=partner_id)
        return partner_id

    def link(self, chat: int, *, lead_id: str | None = None, partner_id: str | None = None) -> None:
        rows = [PersonalRow(lead_id or partner_id or "", Personal.TELEGRAM_CHAT_ID, str(chat))]
        event = TelegramLinked(update_id=uuid.uuid4().int % 10**9, partner_id=partner_id)
        self.state(event, Emitter.NOTIFIER, lead_id=lead_id, personal=rows)

    def plan(
        self,
        lead_id: str,
        template: str = "reminder_1h",
        *,
        key: str = "",
        message_class: str = "transactional",
        valid_for: dtm.timedelta = dtm.timedelta(minutes=10),
        partner_id: str | None = None,
        **envelope: Any,
    ) -> str:
        """A message that is due now; returns its key."""
        event = MessagePlanned(
            message_key=key or uuid.uuid4().hex,
            scenario="session",
            scenario_version=1,
            step=template,
            recipient="partner" if partner_id else "candidate",
            partner_id=partner_id,
            template=template,
            message_class=message_class,  # type: ignore[arg-type]
            due_at=now(),
            valid_until=now() + valid_for,
        )
        place = {"webinar_id": WEBINAR, "session_id": SESSION} | envelope
        self.state(event, Emitter.SCENARIO_SERVICE, lead_id=lead_id, **place)
        return event.message_key

    def token(self, **body: str) -> str:
        """A deep-link token as the thank-you page mints it."""
        return tokens.mint(self.warehouse, "telegram_link", body, now=now(), ttl=dtm.timedelta(days=1), single_use=True)

    # --- what the log says -----------------------------------------------------------------------------------------

    def facts(self, *names: str) -> list[Fact]:
        return self.warehouse.facts_of(names=names)

    def story(self, key: str) -> list[str]:
        """Names of the delivery facts of a message, in order."""
        names = {"message_sending", *OUTCOMES}
        return [fact.name for fact in self.warehouse.facts_of(names=names) if fact.properties["message_key"] == key]

    def await_fact(self, *names: str, seconds: float = 10, **properties: Any) -> Fact:
        """The first fact of these names with these properties, as soon as it is in the log."""
        seq, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            page = self.warehouse.facts_after(seq, wait_seconds=0.5, names=names)
            for fact in page.facts:
                if properties.items() <= fact.properties.items():
                    return fact
            seq = page.next_seq
        raise AssertionError(
            f"no {names} with {properties} within {seconds} s; running: {self.running and self.running.error}"
        )

    def await_final(self, key: str, seconds: float = 10) -> Fact:
        """The final outcome of a message."""
        seq, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            page = self.warehouse.facts_after(seq, wait_seconds=0.5, names=OUTCOMES)
            for fact in page.facts:
                if fact.properties["message_key"] == key and not fact.properties.get("retry_at"):
                    return fact
            seq = page.next_seq
        raise AssertionError(f"{key} is not settled after {seconds} s: {self.story(key)}")

    def texts_of(self, subject: str) -> dict[str, str]:
        """Kept message texts by ref."""
        rows = self.warehouse.people([subject], {Personal.MESSAGE_TEXT})
        return {row.ref: row.value for row in rows}
