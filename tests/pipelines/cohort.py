"""A synthetic cohort for the tests of pipelines: one partner, one AUTO webinar, named leads. All are invented."""

import datetime as dtm
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from domain import events
from domain.events import Emitter, Event, Fact
from warehouse.interface import Receipt, Warehouse

WEBINAR, SESSION, PARTNER = "income-online", "sessionaaa", "c2a5b2d8-0000-4000-8000-000000000001"
MINUTE = dtm.timedelta(minutes=1)
HOUR = dtm.timedelta(hours=1)


def lead_id(name: str) -> str:
    """The id of a named lead."""
    return events.deterministic_id("test lead", name)


@dataclass
class Cohort:
    """Appends what people do. `starts_at` is the session's start; it lasts 60 minutes and offers at minute 30."""

    warehouse: Warehouse
    starts_at: dtm.datetime
    updates: int = field(default=0)

    def state(
        self, event: Event, emitter: Emitter, at: dtm.datetime, name: str | None = None, *, in_session: bool = False
    ) -> Receipt:
        """Append one fact and insist that it is new."""
        fact = Fact.of(
            event,
            emitter=emitter,
            occurred_at=at,
            lead_id=lead_id(name) if name else None,
            webinar_id=WEBINAR if in_session else None,
            session_id=SESSION if in_session else None,
        )
        (receipt,) = self.warehouse.append([fact])
        assert receipt.status == "accepted", receipt
        return receipt

    def programme(self, at: dtm.datetime, *, is_partner_linked: bool = True) -> None:
        """The webinar, its session and a partner."""
        offer = events.Offer(offer_id="course", title={"ru": "Курс", "en": "Course"}, button={"ru": "Да", "en": "Yes"})
        configured = events.WebinarConfigured(
            action_id="c1",
            slug=WEBINAR,
            title={"ru": "Доход", "en": "Income"},
            duration_seconds=3600,
            offers=(offer,),
            media_url="sample.mp4",
        )
        scheduled = events.WebinarScheduled(
            action_id="s1", starts_at=self.starts_at, duration_seconds=3600, mode="auto"
        )
        facts = [
            Fact.of(configured, emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR),
            Fact.of(scheduled, emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR, session_id=SESSION),
            Fact.of(events.PartnerJoined(partner_id=PARTNER, code="ANNA"), emitter=Emitter.CORE, occurred_at=at),
        ]
        assert all(receipt.status == "accepted" for receipt in self.warehouse.append(facts))
        if is_partner_linked:
            self.link_partner(at)

    def link_partner(self, at: dtm.datetime) -> None:
        """The partner's Telegram is linked."""
        self.updates += 1
        self.state(events.TelegramLinked(update_id=self.updates, partner_id=PARTNER), Emitter.NOTIFIER, at)

    def move(self, starts_at: dtm.datetime, at: dtm.datetime) -> None:
        """Staff move the session."""
        self.starts_at = starts_at
        fact = Fact.of(
            events.WebinarRescheduled(action_id=f"m{at}", starts_at=starts_at, duration_seconds=3600),
            emitter=Emitter.STUDIO,
            occurred_at=at,
            webinar_id=WEBINAR,
            session_id=SESSION,
        )
        assert self.warehouse.append([fact])[0].status == "accepted"

    def visit(self, name: str, at: dtm.datetime, source: str | None = "vk", *, partner: bool = True) -> None:
        """The landing page is opened through a link."""
        touch = events.TouchRecorded(
            visitor_id=f"visitor-{name}",
            landing=f"/w/{WEBINAR}",
            ref="ANNA" if partner else None,
            partner_id=PARTNER if partner else None,
            utm=events.Utm(source=source),
        )
        self.state(touch, Emitter.WEB_FORM, at)

    def form(self, name: str, at: dtm.datetime, *, registers: bool = True) -> list[Fact]:
        """The facts of a form with both boxes ticked, and of the place taken with it."""
        consents = tuple(events.ConsentChoice(purpose=p, text_version="1") for p in ("processing", "marketing"))
        form = events.CoreIngestEvent(submission_id=f"form-{name}", visitor_id=f"visitor-{name}", consents=consents)
        about: dict[str, Any] = {
            "emitter": Emitter.WEB_FORM,
            "occurred_at": at,
            "lead_id": lead_id(name),
            "webinar_id": WEBINAR,
        }
        place = [Fact.of(events.RegisteredForSession(), session_id=SESSION, **about)] if registers else []
        return [Fact.of(form, **about), *place]

    def submit(self, name: str, at: dtm.datetime, *, registers: bool = True) -> None:
        """The form is handed in; one commit, as the door does it."""
        receipts = self.warehouse.append(self.form(name, at, registers=registers))
        assert all(receipt.status == "accepted" for receipt in receipts)

    def link(self, name: str, at: dtm.datetime) -> None:
        """The lead's Telegram is linked."""
        self.updates += 1
        self.state(events.TelegramLinked(update_id=self.updates), Emitter.NOTIFIER, at, name)

    def enter(self, name: str, at: dtm.datetime) -> None:
        """The lead's page plays."""
        self.state(events.Entered(visit_no=1), Emitter.TRACKER, at, name, in_session=True)

    def watch(self, name: str, from_minute: float, to_minute: float) -> None:
        """A presence interval, in minutes of the session."""
        since, until = self.starts_at + from_minute * MINUTE, self.starts_at + to_minute * MINUTE
        interval = events.Watched(
            connection=f"connection-{name}",
            from_at=since,
            to_at=until,
            from_position_seconds=from_minute * 60,
            to_position_seconds=to_minute * 60,
        )
        self.state(interval, Emitter.TRACKER, until, name, in_session=True)

    def complete(self, name: str, at: dtm.datetime) -> None:
        """The lead has seen it to the end."""
        self.state(events.Completed(watched_seconds=3600), Emitter.TRACKER, at, name, in_session=True)

    def click(self, name: str, at: dtm.datetime) -> None:
        """The offer is clicked."""
        clicked = events.OfferClicked(action_id=f"click-{name}", offer_id="course")
        self.state(clicked, Emitter.TRACKER, at, name, in_session=True)

    def answer(self, name: str, at: dtm.datetime) -> None:
        """The offer's form is sent."""
        form = events.FormSubmitted(visit_no=1, offer_id="course")
        self.state(form, Emitter.TRACKER, at, name, in_session=True)

    def names_of(self, name: str) -> Counter[str]:
        """How often each event stands in the log of a lead."""
        return Counter(fact.name for fact in self.warehouse.facts_of(lead_ids=[lead_id(name)]))

    def planned(self, name: str) -> list[str]:
        """Templates of the messages planned for a lead, in order."""
        facts = self.warehouse.facts_of(lead_ids=[lead_id(name)], names=[events.MessagePlanned.name])
        return [str(fact.properties["template"]) for fact in facts]

    def verdicts(self, name: str) -> list[str]:
        """Statuses of the verdicts on a lead, in order."""
        facts = self.warehouse.facts_of(lead_ids=[lead_id(name)], names=[events.AttendanceClassified.name])
        return [str(fact.properties["status"]) for fact in facts]


def log_of(warehouse: Warehouse) -> set[str]:
    """Everything the log says, without when it was written: two logs with equal sets tell the same story."""
    facts = warehouse.facts_after(0, limit=100_000).facts
    stated = [fact.model_dump(mode="json", exclude={"seq", "recorded_at"}) for fact in facts]
    return {json.dumps(one, sort_keys=True) for one in stated}
