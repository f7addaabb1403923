"""A small house for the notifier: a real warehouse, a real Bot API server, synthetic people, a notifier in a thread.

Nothing here is mocked; the loop runs beside the test, which waits for facts (long poll) or for calls at the server.
"""

import asyncio
import datetime as dtm
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from domain.events import (
    AttendanceClassified,
    AttendanceFacts,
    ConsentChoice,
    ConsentGiven,
    CoreIngestEvent,
    CoreLeadCreated,
    Emitter,
    Entered,
    Event,
    Fact,
    LeadAssigned,
    MessageLimits,
    MessagePlanned,
    PartnerJoined,
    PostWebinarRoute,
    RegisteredForSession,
    ScenarioStart,
    TelegramLinked,
    WebinarConfigured,
    WebinarScheduled,
)
from domain.scenarios import CURRENT
from domain.webhooks import RETRIES
from notifier.bot import Notifier, build
from notifier.lanes import Limits
from notifier.resident import run
from notifier.settings import Settings
from notifier.webhook_call import TIMEOUT_SECONDS
from tests.botapi.server import TOKEN, BotApi
from tests.patience import PATIENCE_SECONDS
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow, Warehouse

QUICK = Limits(chat_seconds=0.02)
"""A chat may be written to again at once: most tests are not about Telegram's ceilings and need not wait for them."""
WEBINAR, SESSION = "first-webinar", "sess000001"
OUTCOMES = frozenset({"message_sent", "message_failed", "message_uncertain", "message_withheld"})
HOUR = dtm.timedelta(hours=1)
DUE_WHEN = {
    "reminder_24h": 20 * HOUR,
    "reminder_10m": HOUR * 0.15,
    "live_now": -HOUR / 60,
    "live_now_5m": -HOUR / 10,
    "follow_up_attended": -2 * HOUR,
    "follow_up_not_attended": -2 * HOUR,
    "recording_offer": -2 * HOUR,
}
"""When the session of a message that is due now begins, from now; for those that are not due for the usual one."""
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
        assert self._ready.wait(PATIENCE_SECONDS), "the notifier did not get ready"

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
        self.now: Callable[[], dtm.datetime] = now
        self.monotonic: Callable[[], float] = time.monotonic
        self.retries: Sequence[dtm.timedelta] = RETRIES
        self.webhook_seconds = TIMEOUT_SECONDS
        self.sessions: set[str] = set()
        self.started: list[tuple[str, ScenarioStart]] = []

    def settings(self, **changes: Any) -> Settings:
        given: dict[str, Any] = {"home": self.home, "public_url": SITE, "telegram_read_seconds": 10.0}
        if self.api is not None:
            given |= {"telegram_bot_token": TOKEN, "telegram_api_base_url": self.api.url}
        return Settings(**(given | changes))

    def start(self, **changes: Any) -> Thread:
        """Start the notifier; it is ready when this returns."""
        (self.home / "notifier").mkdir(parents=True, exist_ok=True)
        loop = asyncio.new_event_loop()
        notifier = build(
            self.settings(**changes), self.warehouse, now=self.now, monotonic=self.monotonic, limits=self.limits,
            retries=self.retries, webhook_seconds=self.webhook_seconds,
        )  # fmt: skip
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

    def a_webinar(self, *, starts_in: dtm.timedelta = dtm.timedelta(minutes=55), **changes: Any) -> None:
        """«Первый вебинар», AUTO, an hour long, no quiet hours, with a session whose «one hour before» is due."""
        given: dict[str, Any] = {
            "action_id": uuid.uuid4().hex,
            "slug": "first",
            "title": {"ru": "Первый вебинар", "en": "First webinar"},
            "host_name": "Ольга (пример)",
            "duration_seconds": 3600,
            "media_url": "sample.mp4",
            "limits": MessageLimits(quiet_from=dtm.time(0), quiet_to=dtm.time(0)),
        }
        self.state(WebinarConfigured(**(given | changes)), Emitter.STUDIO, webinar_id=WEBINAR)
        self.a_session(SESSION, starts_in)

    def a_session(self, session_id: str, starts_in: dtm.timedelta) -> str:
        """One more session of the webinar, the first time it is asked for."""
        if session_id not in self.sessions:
            self.sessions.add(session_id)
            plan = WebinarScheduled(
                action_id=session_id, starts_at=now() + starts_in, duration_seconds=3600, mode="auto"
            )
            self.state(plan, Emitter.STUDIO, session_id=session_id, webinar_id=WEBINAR)
        return session_id

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
        valid_for: dtm.timedelta | None = None,
        partner_id: str | None = None,
        session_id: str = "",
    ) -> str:
        """A message of the catalogue that is due now, planned with all that led to it; returns its key."""
        fact = self.due(lead_id, template, valid_for=valid_for, partner_id=partner_id, session_id=session_id)
        assert self.warehouse.append([fact])[0].status == "accepted"
        return str(fact.properties["message_key"])

    def due(
        self,
        lead_id: str,
        template: str = "reminder_1h",
        *,
        valid_for: dtm.timedelta | None = None,
        partner_id: str | None = None,
        session_id: str = "",
    ) -> Fact:
        """A message of the catalogue that is due now, not yet stated; all that led to it is.

        `valid_for`: of a reminder one hour before, how long it may still be sent. A template the catalogue does not
        know is planned, too, as a broken release would.
        """
        scenario = next(
            (s for s in CURRENT.values() if any(step.template == template for step in s.steps)), CURRENT["session"]
        )
        step = next((step for step in scenario.steps if step.template == template), scenario.steps[2])
        if not session_id:
            session_id = self.a_session(f"at-{template}", DUE_WHEN[template]) if template in DUE_WHEN else SESSION
        if valid_for is not None:
            session_id = self.a_session(f"v{valid_for.total_seconds()}", dtm.timedelta(minutes=15) + valid_for)
        place = {"lead_id": lead_id, "webinar_id": WEBINAR, "session_id": session_id}
        trigger = session_id if scenario.is_session_bound else f"created-{lead_id}"
        start = ScenarioStart(scenario=scenario.name, scenario_version=scenario.version, trigger=trigger)
        if (lead_id, start) not in self.started:
            self.started.append((lead_id, start))
            self.state(start, Emitter.SCENARIO_SERVICE, occurred_at=now() - dtm.timedelta(days=2), **place)
        self._lead_up_to(template, place)
        if partner_id:
            theirs = LeadAssigned(partner_id=partner_id, action_id=f"{lead_id}:{partner_id}:{template}", by="test")
            self.state(theirs, Emitter.CRM, lead_id=lead_id)
        event = MessagePlanned(
            message_key=f"{scenario.name}:{scenario.version}:{lead_id}:{trigger}:{step.key}",
            scenario=scenario.name,
            scenario_version=scenario.version,
            step=step.key,
            recipient="partner" if partner_id else "candidate",
            partner_id=partner_id,
            template=template,
            message_class=step.message_class,
            due_at=now(),
            valid_until=now() + (valid_for or dtm.timedelta(minutes=10)),
        )
        return Fact.of(event, emitter=Emitter.SCENARIO_SERVICE, occurred_at=event.due_at, **place)

    def _lead_up_to(self, template: str, place: dict[str, str]) -> None:
        """What must have happened for a message of this template to be due."""
        if template == "partner_entered":
            self.state(Entered(visit_no=1), Emitter.TRACKER, **place)
        if not template.startswith(("follow_up_", "recording_")):
            return
        status = "attended" if template == "follow_up_attended" else "not_attended"
        seen = 3600.0 if status == "attended" else 0.0
        verdict = AttendanceClassified(
            status=status,  # type: ignore[arg-type]
            outcome="completed" if seen else "missed",
            reasons=(),
            policy_version=1,
            facts=AttendanceFacts(watched_seconds=seen, session_seconds=3600.0, completed=bool(seen)),
            facts_digest=uuid.uuid4().hex,
        )
        given = self.state(verdict, Emitter.ATTENDANCE_SERVICE, occurred_at=now() - dtm.timedelta(minutes=5), **place)
        route = PostWebinarRoute(route=verdict.status, verdict_event_id=given.event_id)
        self.state(route, Emitter.POST_WEBINAR_ROUTER, occurred_at=given.occurred_at, **place)

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

    def await_fact(self, *names: str, seconds: float = PATIENCE_SECONDS, **properties: Any) -> Fact:
        """The first fact of these names with these properties, as soon as it is in the log."""
        seq, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            page = self.warehouse.facts_after(seq, wait_seconds=0.5, names=names)
            for fact in page.facts:
                if properties.items() <= fact.properties.items():
                    return fact
            seq = page.next_seq
        told = [(fact.name, fact.properties) for fact in self.facts(*OUTCOMES, "message_sending")]
        raise AssertionError(
            f"no {names} with {properties} within {seconds} s; running: {self.running and self.running.error}; "
            f"deliveries: {told}"
        )

    def await_final(self, key: str, seconds: float = PATIENCE_SECONDS) -> Fact:
        """The final outcome of a message."""
        seq, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            page = self.warehouse.facts_after(seq, wait_seconds=0.5, names=OUTCOMES)
            for fact in page.facts:
                if fact.properties["message_key"] == key and not fact.properties.get("retry_at"):
                    return fact
            seq = page.next_seq
        raise AssertionError(f"{key} is not settled after {seconds} s: {self.story(key)}")

    def await_entry(self, collection: str, key: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """A registry entry, as soon as it is there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if entry := self.warehouse.get(collection, key):
                return dict(entry.body)
            self.warehouse.facts_after(10**9, wait_seconds=0.05)
        raise AssertionError(f"no {key} in {collection} after {seconds} s")

    def texts_of(self, subject: str) -> dict[str, str]:
        """Kept message texts by ref."""
        rows = self.warehouse.people([subject], {Personal.MESSAGE_TEXT})
        return {row.ref: row.value for row in rows}
