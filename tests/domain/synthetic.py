"""A small synthetic world whose numbers can be checked by hand: a webinar, a session, two partners, stories of leads.

The session «evening» lasts one hour, from 15:00 to 16:00 UTC on 4 March 2026; its offer is shown at minute 40.
Every person here is invented.
"""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from domain.events import (
    AttendancePolicy,
    Completed,
    ConsentChoice,
    ConsentWithdrawn,
    CoreIngestEvent,
    Emitter,
    Entered,
    Event,
    Fact,
    FormSubmitted,
    LeadErased,
    Left,
    Mode,
    Offer,
    OfferClicked,
    OfferShown,
    PartnerJoined,
    RegisteredForSession,
    ReplayWatched,
    TelegramBlocked,
    TelegramLinked,
    TelegramUnblocked,
    TouchRecorded,
    Utm,
    Watched,
    WebinarCancelled,
    WebinarConfigured,
    WebinarEnded,
    WebinarRescheduled,
    WebinarScheduled,
    WebinarStarted,
)
from domain.reaction import react
from domain.webinars import Schedule, Session, Webinar, fold_schedule

START = dtm.datetime(2026, 3, 4, 15, 0, tzinfo=dtm.UTC)
"""Clock zero of the session: a Wednesday, 18:00 in Moscow."""
LENGTH = 3600
WEBINAR, SESSION = "spring", "evening"
ANNA, BORIS = "partner-anna", "partner-boris"
OFFER = Offer(
    offer_id="course", title={"ru": "Курс", "en": "Course"}, button={"ru": "Хочу", "en": "Yes"}, show_at_seconds=2400
)
ALL_PURPOSES = ("processing", "marketing", "partner_transfer")


def at(minutes: float) -> dtm.datetime:
    """So many minutes after clock zero."""
    return START + dtm.timedelta(minutes=minutes)


LONG_AGO = at(-60 * 24 * 30)


def configured(**changes: Any) -> Fact:
    settings: dict[str, Any] = {
        "action_id": "configure-1",
        "slug": "spring",
        "title": {"ru": "Весна", "en": "Spring"},
        "duration_seconds": LENGTH,
        "media_url": "sample.mp4",
        "offers": (OFFER,),
        **changes,
    }
    event = WebinarConfigured(**settings)
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=LONG_AGO, webinar_id=WEBINAR)


def staged(event: Event, when: dtm.datetime, *, emitter: Emitter = Emitter.STUDIO, session: str = SESSION) -> Fact:
    return Fact.of(event, emitter=emitter, occurred_at=when, webinar_id=WEBINAR, session_id=session)


def scheduled(*, starts_at: dtm.datetime = START, mode: Mode = "auto", session: str = SESSION) -> Fact:
    event = WebinarScheduled(action_id=f"plan-{session}", starts_at=starts_at, duration_seconds=LENGTH, mode=mode)
    return staged(event, LONG_AGO, session=session)


def moved(starts_at: dtm.datetime, when: dtm.datetime, action: str = "move-1") -> Fact:
    return staged(WebinarRescheduled(action_id=action, starts_at=starts_at, duration_seconds=LENGTH), when)


def cancelled(when: dtm.datetime) -> Fact:
    return staged(WebinarCancelled(action_id="cancel-1"), when)


def started(when: dtm.datetime) -> Fact:
    return staged(WebinarStarted(), when)


def ended(when: dtm.datetime, emitter: Emitter = Emitter.STUDIO) -> Fact:
    return staged(WebinarEnded(), when, emitter=emitter)


def partner(partner_id: str, code: str, *, is_linked: bool = True) -> list[Fact]:
    joined = Fact.of(PartnerJoined(partner_id=partner_id, code=code), emitter=Emitter.CORE, occurred_at=LONG_AGO)
    return [joined, partner_links(partner_id, LONG_AGO)] if is_linked else [joined]


def partner_links(partner_id: str, when: dtm.datetime) -> Fact:
    update_id = sum(partner_id.encode())
    return Fact.of(
        TelegramLinked(update_id=update_id, partner_id=partner_id), emitter=Emitter.NOTIFIER, occurred_at=when
    )


def programme(*extra: Fact, mode: Mode = "auto", **webinar: Any) -> list[Fact]:
    """The facts of the usual programme, and whatever happened to it."""
    usual = [configured(**webinar), scheduled(mode=mode), *partner(ANNA, "anna"), *partner(BORIS, "boris")]
    return [*usual, *extra]


def schedule(*extra: Fact, mode: Mode = "auto", **webinar: Any) -> Schedule:
    return fold_schedule(programme(*extra, mode=mode, **webinar))


def usual_session(*extra: Fact, mode: Mode = "auto") -> Session:
    return schedule(*extra, mode=mode).sessions[SESSION]


def usual_webinar(**changes: Any) -> Webinar:
    return schedule(**changes).webinars[WEBINAR]


POLICY = AttendancePolicy()


@dataclass
class Story:
    """A lead's log, told in order. `until` lets the reaction run at every moment it asked for, as a reactor would."""

    schedule: Schedule = field(default_factory=schedule)
    lead_id: str = "lead-vera"
    log: list[Fact] = field(default_factory=list)
    now: dtm.datetime = field(default_factory=lambda: at(-3 * 24 * 60))

    def tell(self, *facts: Fact) -> Self:
        for fact in facts:
            if fact.event_id not in {known.event_id for known in self.log}:
                self.log.append(fact.model_copy(update={"seq": len(self.log) + 1}))
        return self

    def fact(
        self, event: Event, emitter: Emitter, minutes: float, *, session: str | None = SESSION, lead: bool = True
    ) -> Fact:
        return Fact.of(
            event,
            emitter=emitter,
            occurred_at=at(minutes),
            lead_id=self.lead_id if lead else None,
            webinar_id=WEBINAR if session else None,
            session_id=session,
        )

    def touches(
        self, minutes: float, *, source: str | None = None, partner_id: str | None = None, referrer: str | None = None
    ) -> Self:
        visit = TouchRecorded(
            visitor_id="browser",
            landing="/w/spring",
            utm=Utm(source=source),
            partner_id=partner_id,
            referrer_host=referrer,
        )
        return self.tell(self.fact(visit, Emitter.WEB_FORM, minutes, session=None, lead=False))

    def form(
        self,
        minutes: float,
        *,
        purposes: Sequence[str] = ALL_PURPOSES,
        zone: str | None = "Europe/Moscow",
        emitter: Emitter = Emitter.WEB_FORM,
        **said: Any,
    ) -> Self:
        consents = tuple(ConsentChoice.model_validate({"purpose": p, "text_version": "1"}) for p in purposes)
        form = CoreIngestEvent(
            submission_id=f"form-{minutes}", visitor_id="browser", consents=consents, time_zone=zone, **said
        )
        return self.tell(self.fact(form, emitter, minutes, session=None))

    def registers(self, minutes: float, session: str = SESSION) -> Self:
        return self.tell(self.fact(RegisteredForSession(), Emitter.WEB_FORM, minutes, session=session))

    def links(self, minutes: float, update_id: int = 7) -> Self:
        return self.tell(self.fact(TelegramLinked(update_id=update_id), Emitter.NOTIFIER, minutes, session=None))

    def blocks(self, minutes: float) -> Self:
        event = TelegramBlocked(cause=f"update:{minutes}")
        return self.tell(self.fact(event, Emitter.NOTIFIER, minutes, session=None))

    def unblocks(self, minutes: float) -> Self:
        event = TelegramUnblocked(cause=f"update:{minutes}")
        return self.tell(self.fact(event, Emitter.NOTIFIER, minutes, session=None))

    def withdraws(self, minutes: float, purpose: Any = "marketing") -> Self:
        event = ConsentWithdrawn(purpose=purpose, action_id=f"withdraw-{minutes}")
        return self.tell(self.fact(event, Emitter.CRM, minutes, session=None))

    def is_erased(self, minutes: float) -> Self:
        event = LeadErased(action_id="erase", by="admin")
        return self.tell(self.fact(event, Emitter.CRM, minutes, session=None))

    def enters(self, minutes: float, visit: int = 1) -> Self:
        return self.tell(self.fact(Entered(visit_no=visit), Emitter.TRACKER, minutes))

    def leaves(self, minutes: float, visit: int = 1) -> Self:
        return self.tell(self.fact(Left(visit_no=visit), Emitter.TRACKER, minutes))

    def watches(self, from_minutes: float, to_minutes: float, connection: str = "phone") -> Self:
        return self.tell(self.fact(watched_fact(from_minutes, to_minutes, connection), Emitter.TRACKER, to_minutes))

    def watches_on(self, from_minutes: float, to_minutes: float) -> Self:
        """As the room reports it: an interval every half minute, with the reaction running after each."""
        beats = int((to_minutes - from_minutes) * 2)
        for beat in range(beats):
            begin = from_minutes + beat / 2
            self.watches(begin, begin + 0.5).until(begin + 0.5)
        return self

    def sees_offer(self, minutes: float) -> Self:
        event = OfferShown(action_id=f"shown-{minutes}", offer_id="course")
        return self.tell(self.fact(event, Emitter.TRACKER, minutes))

    def clicks(self, minutes: float) -> Self:
        event = OfferClicked(action_id=f"click-{minutes}", offer_id="course")
        return self.tell(self.fact(event, Emitter.TRACKER, minutes))

    def submits(self, minutes: float) -> Self:
        return self.tell(self.fact(FormSubmitted(visit_no=1, offer_id="course"), Emitter.TRACKER, minutes))

    def completes(self, minutes: float) -> Self:
        return self.tell(self.fact(Completed(watched_seconds=3500), Emitter.TRACKER, minutes))

    def watches_replay(self, from_minutes: float, to_minutes: float) -> Self:
        seen = watched_fact(from_minutes, to_minutes, "replay").model_dump(exclude={"is_visible"})
        return self.tell(self.fact(ReplayWatched(**seen), Emitter.TRACKER, to_minutes))

    def until(self, minutes: float) -> Self:
        """Let the reaction run now and at every moment it asks for, up to this one."""
        end = at(minutes)
        wake: dtm.datetime | None = max((fact.occurred_at for fact in self.log), default=self.now)
        while wake is not None and wake <= end:
            self.now = max(self.now, wake)
            wake = self.react()
        self.now = end
        self.react()
        return self

    def react(self) -> dtm.datetime | None:
        reaction = react(self.log, self.schedule, self.now)
        self.tell(*reaction.facts)
        return reaction.wake_at

    def goes_on(self, minutes: float, *programme_facts: Fact) -> Self:
        """At that minute the programme changes; the reaction runs at once."""
        self.until(minutes)
        self.schedule = fold_schedule(programme_facts)
        return self.until(minutes)

    def named(self, name: str) -> list[Fact]:
        return [fact for fact in self.log if fact.name == name]

    @property
    def messages(self) -> dict[str, str]:
        """What became of every step: `planned`, or why it was skipped."""
        decisions = [*self.named("message_planned"), *self.named("message_skipped")]
        return {fact.properties["step"]: fact.properties.get("reason", "planned") for fact in decisions}

    @property
    def planned(self) -> dict[str, float]:
        """Minutes from clock zero at which each planned message became ready."""
        return {fact.properties["step"]: minutes_of(fact.occurred_at) for fact in self.named("message_planned")}

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        found = sorted(self.named("client_webinar_attendance_classified"), key=lambda f: (f.occurred_at, f.seq))
        return [(fact.properties["status"], fact.properties["outcome"]) for fact in found]

    @property
    def reasons(self) -> tuple[str, ...]:
        found = sorted(self.named("client_webinar_attendance_classified"), key=lambda f: (f.occurred_at, f.seq))
        return tuple(found[-1].properties["reasons"])


def watched_fact(from_minutes: float, to_minutes: float, connection: str) -> Watched:
    return Watched(
        connection=connection,
        from_at=at(from_minutes),
        to_at=at(to_minutes),
        from_position_seconds=max(0.0, from_minutes * 60),
        to_position_seconds=max(0.0, to_minutes * 60),
    )


def minutes_of(moment: dtm.datetime) -> float:
    return (moment - START).total_seconds() / 60


def vera(**form: Any) -> Story:
    """The baseline: comes through Anna's link three days ahead, registers, links Telegram a minute later."""
    day = -3 * 24 * 60
    story = Story().touches(day - 1, source="vk", partner_id=ANNA)
    return story.form(day, **form).registers(day).until(day).links(day + 1).until(day + 1)


def names_of(facts: Iterable[Fact]) -> list[str]:
    return [fact.name for fact in facts]
