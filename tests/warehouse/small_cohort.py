"""Four made-up people whose numbers can be checked by hand, for the studio's questions and pages.

Anna comes through partner Petr's link and does everything; Boris enters and leaves early; Vera registers and is never
reached; Gleb only looks. One AUTO webinar of 20 minutes, one session.
"""

import datetime as dtm
import json

from domain.events import (
    AttendanceClassified,
    AttendanceFacts,
    Completed,
    ConsentChoice,
    CoreIngestEvent,
    CoreLeadCreated,
    Emitter,
    Entered,
    Event,
    Fact,
    FormSubmitted,
    MessageFailed,
    MessagePlanned,
    MessageSending,
    MessageSent,
    MessageSkipped,
    MessageUncertain,
    OfferClicked,
    PartnerJoined,
    RegisteredForSession,
    TelegramLinked,
    TouchRecorded,
    Utm,
    WebinarConfigured,
    WebinarScheduled,
)
from warehouse.interface import Personal, PersonalRow, Warehouse

START = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)
ANNA, BORIS, VERA, GLEB, PETR = "lead-anna", "lead-boris", "lead-vera", "visitor-gleb", "partner-petr"
WEBINAR, SESSION = "first", "session-1"
NAMES = {ANNA: "Анна Примерова", BORIS: "Борис Образцов", VERA: "Vera Sample", PETR: "Пётр Партнёров"}
PHONES = {ANNA: "+79990000001", BORIS: "+79990000002"}
EMAILS = {VERA: "vera@example.org"}


def at(minutes: float) -> dtm.datetime:
    """Minutes from the session's start."""
    return START + dtm.timedelta(minutes=minutes)


def tell(warehouse: Warehouse) -> None:
    """Append the whole story; the warehouse must be allowed everything."""
    warehouse.append([*programme(), *people(), *in_the_room(), *messages()], personal=personal())


def programme() -> list[Fact]:
    """The webinar, its session, the partner."""
    webinar = WebinarConfigured(
        action_id="configured-1",
        slug="pervyy",
        title={"ru": "Первый вебинар", "en": "First webinar"},
        media_url="sample.mp4",
        duration_seconds=1200,
    )
    session = WebinarScheduled(action_id="scheduled-1", starts_at=START, duration_seconds=1200, mode="auto")
    return [
        Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=at(-9000), webinar_id=WEBINAR),
        Fact.of(session, emitter=Emitter.STUDIO, occurred_at=at(-9000), webinar_id=WEBINAR, session_id=SESSION),
        Fact.of(PartnerJoined(partner_id=PETR, code="petr"), emitter=Emitter.CORE, occurred_at=at(-9000)),
    ]


def people() -> list[Fact]:
    """Touches, leads, Telegram, registrations: Anna an hour before, Boris half an hour, Vera ten minutes."""
    touches = [
        _touch("visitor-anna", -62, utm=Utm(source="yandex"), ref="petr", partner_id=PETR),
        _touch("visitor-boris", -32),
        _touch("visitor-vera", -12, utm=Utm(source="vk")),
        _touch(GLEB, -5, utm=Utm(source="yandex")),
    ]
    leads = [
        *_lead(ANNA, -60, source="yandex", partner_id=PETR),
        *_lead(BORIS, -30, source="direct"),
        *_lead(VERA, -10, source="vk"),
    ]
    linked = [
        _said(TelegramLinked(update_id=number), Emitter.NOTIFIER, lead, minutes)
        for number, (lead, minutes) in enumerate(((ANNA, -58), (BORIS, -28)), start=1)
    ]
    return [*touches, *leads, *linked, *(_registered(lead, -9) for lead in (ANNA, BORIS, VERA))]


def in_the_room() -> list[Fact]:
    """Anna sees everything and sends the form; Boris stays a minute; Vera never comes."""
    return [
        _tracked(Entered(visit_no=1), ANNA, 0),
        _tracked(Entered(visit_no=1), BORIS, 1),
        _tracked(Completed(watched_seconds=1190), ANNA, 19.5),
        _tracked(OfferClicked(action_id="click-1", offer_id="offer-1"), ANNA, 19.6),
        _tracked(FormSubmitted(visit_no=1, offer_id="offer-1"), ANNA, 19.8),
        _verdict(ANNA, 20, "attended", "form_submitted", 1190),
        _verdict(BORIS, 31, "not_attended", "left_before_offer", 60),
        _verdict(VERA, 31, "not_attended", "missed", 0),
    ]


def messages() -> list[Fact]:
    """One message in every state."""
    return [
        _planned("m-sent", ANNA, "welcome", "welcome"),
        _delivery(MessageSending(message_key="m-sent", attempt=1, transport="dry_run"), ANNA),
        _sent("m-sent", ANNA, 0.5),
        _planned("m-alert", ANNA, "welcome", "partner_new_lead", recipient="partner", partner_id=PETR),
        _sent("m-alert", ANNA, 1.5),
        _planned("m-failed", BORIS, "welcome", "welcome"),
        _delivery(
            MessageFailed(message_key="m-failed", attempt=1, transport="telegram", code="400", detail="chat not found"),
            BORIS,
        ),
        _planned("m-uncertain", BORIS, "welcome", "welcome_follow_up"),
        _delivery(
            MessageUncertain(message_key="m-uncertain", attempt=1, transport="telegram", detail="read timeout"), BORIS
        ),
        _planned("m-retrying", BORIS, "session", "reminder_1h"),
        _delivery(
            MessageFailed(
                message_key="m-retrying", attempt=1, transport="telegram", code="429", detail="", retry_at=at(0)
            ),
            BORIS,
        ),
        _said(
            MessageSkipped(
                message_key="m-skipped", scenario="welcome", scenario_version=1, step="welcome", recipient="candidate",
                template="welcome", reason="channel_gone", saw=("telegram_not_linked",),
            ),
            Emitter.SCENARIO_SERVICE, VERA, 5,
        ),
        _planned("m-waiting", ANNA, "after", "follow_up_attended"),
    ]  # fmt: skip


def personal() -> list[PersonalRow]:
    """Names, contacts and one rendered message."""
    rendered = {
        "text": "<b>Анна</b>, вы записаны &amp; ждём",
        "buttons": [{"text": "Войти", "url": "https://example.org/j/x"}],
    }
    return [
        *(PersonalRow(subject, Personal.NAME, name) for subject, name in NAMES.items()),
        *(PersonalRow(subject, Personal.PHONE, phone) for subject, phone in PHONES.items()),
        *(PersonalRow(subject, Personal.EMAIL, email) for subject, email in EMAILS.items()),
        PersonalRow(ANNA, Personal.MESSAGE_TEXT, json.dumps(rendered), ref="m-sent"),
    ]


def _touch(visitor: str, minutes: float, **stated: object) -> Fact:
    touch = TouchRecorded.model_validate({"visitor_id": visitor, "landing": "/w/pervyy", **stated})
    return Fact.of(touch, emitter=Emitter.WEB_FORM, occurred_at=at(minutes), webinar_id=WEBINAR)


def _lead(lead: str, minutes: float, *, source: str, partner_id: str | None = None) -> list[Fact]:
    ingest = CoreIngestEvent(
        submission_id=f"form-{lead}",
        visitor_id=lead.replace("lead", "visitor"),
        source=source,
        consents=(ConsentChoice(purpose="processing", text_version="1"),),
    )
    created = CoreLeadCreated(
        lead_source=source,
        first_touch_at=at(minutes - 2),
        lead_created_at=at(minutes),
        entry=Emitter.WEB_FORM,
        partner_id=partner_id,
        ingest_event_id=f"form-{lead}",
    )
    return [_said(ingest, Emitter.WEB_FORM, lead, minutes), _said(created, Emitter.CORE, lead, minutes)]


def _said(event: Event, emitter: Emitter, lead: str, minutes: float) -> Fact:
    return Fact.of(event, emitter=emitter, occurred_at=at(minutes), lead_id=lead)


def _registered(lead: str, minutes: float) -> Fact:
    return Fact.of(
        RegisteredForSession(), emitter=Emitter.WEB_FORM, occurred_at=at(minutes), lead_id=lead, webinar_id=WEBINAR,
        session_id=SESSION,
    )  # fmt: skip


def _tracked(event: Event, lead: str, minutes: float) -> Fact:
    return Fact.of(
        event, emitter=Emitter.TRACKER, occurred_at=at(minutes), lead_id=lead, webinar_id=WEBINAR, session_id=SESSION
    )


def _verdict(lead: str, minutes: float, status: str, outcome: str, watched: float) -> Fact:
    event = AttendanceClassified.model_validate(
        {
            "status": status,
            "outcome": outcome,
            "reasons": [f"watched_{watched:.0f}s_of_1200s"],
            "policy_version": 1,
            "facts": AttendanceFacts(session_seconds=1200, watched_seconds=watched, completed=watched > 1100),
            "facts_digest": f"digest-{lead}",
        }
    )
    return Fact.of(
        event, emitter=Emitter.ATTENDANCE_SERVICE, occurred_at=at(minutes), lead_id=lead, webinar_id=WEBINAR,
        session_id=SESSION,
    )  # fmt: skip


def _planned(key: str, lead: str, scenario: str, step: str, **rest: str) -> Fact:
    event = MessagePlanned.model_validate(
        {
            "message_key": key,
            "scenario": scenario,
            "scenario_version": 1,
            "step": step,
            "recipient": "candidate",
            "template": step,
            "message_class": "transactional",
            "due_at": at(-1),
            "valid_until": at(60),
            **rest,
        }
    )
    return _said(event, Emitter.SCENARIO_SERVICE, lead, -1)


def _delivery(event: Event, lead: str) -> Fact:
    return _said(event, Emitter.NOTIFIER, lead, 0)


def _sent(key: str, lead: str, seconds: float) -> Fact:
    event = MessageSent(
        message_key=key, attempt=1, transport="dry_run", transport_message_id="1", latency_seconds=seconds
    )
    return _delivery(event, lead)
