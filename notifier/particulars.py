"""Gathers what a message may speak of: the person, the session, personal links. Reads, decides nothing."""

import datetime as dtm
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from domain.dates import Language, distance_in_words, moment_in_words, until_in_words, zone_of
from domain.events import AttendanceClassified, Fact, MessagePlanned
from domain.family import fold_person
from domain.leads import Lead
from domain.merging import Families
from domain.message_text import BUTTONS
from domain.offers import another
from domain.people import mask
from domain.scenarios import CURRENT
from domain.webinars import Schedule, Session, Webinar
from notifier.messages import Particulars
from warehouse import tokens
from warehouse.interface import Personal, Warehouse
from warehouse.reads.families import facts_of_people

LANGUAGE_CHOICES = "telegram_languages"
"""Registry collection: the language a stranger chose in the bot, by `telegram:<chat>`; others' is in the log."""

_LEAD_FACTS = frozenset(
    {
        "core_ingest_event",
        "core_lead_created",
        "consent_given",
        "consent_withdrawn",
        "lead_erased",
        "client_webinar_registered",
        "client_webinar_attendance_classified",
        "language_chosen",
    }
)
_LINK_OUTLIVES = dtm.timedelta(hours=6)
"""A room link works a little longer than its session: LIVE may run over."""
_OWN_LINK_LASTS = dtm.timedelta(days=90)
"""Every message of that kind brings a fresh one."""
_NO_NAME: dict[Language, str] = {"ru": "Без имени", "en": "No name"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a message is about. `session` is the planned one, else the nearest the lead has a place in."""

    lead: Lead
    webinar: Webinar | None
    session: Session | None
    schedule: Schedule = field(default_factory=Schedule, repr=False)


def lead_of(warehouse: Warehouse, lead_id: str, families: Families) -> Lead:
    """The lead as far as messages need to know them, with all that is told of those it was merged with.

    Links and the name stay the lead's own: it is the one that has the place.
    """
    person = fold_person(facts_of_people(warehouse, families, [lead_id], _LEAD_FACTS), lead_id)
    return replace(person, lead_id=lead_id)


def occasion_of(lead: Lead, schedule: Schedule, fact: Fact, planned: MessagePlanned, now: dtm.datetime) -> Occasion:
    """The webinar and session a planned message to (or about) this lead is about.

    What hangs on no session is about what is ahead: who links Telegram after their session is not welcomed to it.
    """
    named = schedule.sessions.get(fact.session_id or "")
    scenario = CURRENT.get(planned.scenario)
    is_about_the_future = planned.recipient == "candidate" and scenario is not None and not scenario.is_session_bound
    if named is not None and is_about_the_future and not named.is_open(now):
        named = None
    session = named or next(iter(coming_sessions(lead, schedule, now)), None)
    webinar_id = session.webinar_id if session else fact.webinar_id or next(iter(_webinars_of(lead)), None)
    webinar = schedule.webinars.get(webinar_id or "") or next(iter(schedule.webinars.values()), None)
    return Occasion(lead, webinar, session, schedule)


def coming_sessions(lead: Lead, schedule: Schedule, now: dtm.datetime) -> list[Session]:
    """Sessions the lead has a place in and can still come to, earliest first."""
    places = [schedule.sessions.get(key) for key, attendee in lead.attendees.items() if attendee.registered_at]
    return sorted((s for s in places if s and s.is_open(now)), key=lambda session: session.starts_at)


def language_of(planned: MessagePlanned, lead: Lead, schedule: Schedule) -> Language:
    """What the reader of a planned message reads."""
    if planned.recipient == "candidate":
        return lead.language
    partner = schedule.partners.get(planned.partner_id or "")
    return partner.language if partner else "ru"


def gather(
    warehouse: Warehouse,
    planned: MessagePlanned,
    about: Occasion,
    language: Language,
    *,
    site: str,
    now: dtm.datetime,
) -> Particulars:
    """Particulars of a planned message; mints the personal links it carries."""
    lead, webinar, session = about.lead, about.webinar, about.session
    is_partners = planned.recipient == "partner"
    zone_name = None if is_partners else lead.time_zone
    zone = zone_of(zone_name, webinar.definition.time_zone if webinar else None)
    name = next((row.value for row in warehouse.people([lead.lead_id], {Personal.NAME})), "").strip()
    opens_at = session.opens_at if session else None
    ends_replay_at = replay_until(webinar, session)
    has_replay = (
        not is_partners
        and ends_replay_at is not None
        and session is not None
        and session.ends_at <= now < ends_replay_at
    )
    return Particulars(
        name="" if is_partners else name.partition(" ")[0],
        lead_name=_shown(name, lead, language) if is_partners else "",
        title=title_of(webinar, language),
        host=webinar.definition.host_name if webinar else "",
        starts=moment_in_words(opens_at, zone, language) if opens_at else "",
        starts_in=distance_in_words(opens_at - now, language) if opens_at and opens_at > now else "",
        session_minutes=_minutes(_length(webinar, session, now)),
        watched_minutes=_watched(lead, session),
        room_url="" if is_partners else room_url(warehouse, lead.lead_id, session, site=site, now=now),
        replay_url=_replay_url(warehouse, lead.lead_id, session, site, now, ends_replay_at) if has_replay else "",
        replay_until=until_in_words(ends_replay_at, zone, language) if has_replay and ends_replay_at else "",
        landing_url=landing_url(webinar, site) if webinar and not is_partners else "",
        **_another_time(warehouse, planned, about, zone, language, site=site, now=now),
        me_url=me_url(warehouse, lead.lead_id, site=site, now=now) if planned.message_class == "marketing" else "",
        source=lead.created.lead_source if lead.created else "",
        **_offer(webinar, language),
    )


def room_url(warehouse: Warehouse, lead_id: str, session: Session | None, *, site: str, now: dtm.datetime) -> str:
    """A personal link into the room; "" when there is no session to come to."""
    if session is None or not session.is_open(now):
        return ""
    ttl = session.planned_end + _LINK_OUTLIVES - now
    return f"{site}/j/{tokens.mint(warehouse, 'join', _place(lead_id, session), now=now, ttl=max(ttl, _LINK_OUTLIVES))}"


def me_url(warehouse: Warehouse, lead_id: str, *, site: str, now: dtm.datetime) -> str:
    """A link to the lead's own page: their data, taking consent back, being forgotten."""
    return f"{site}/me/{tokens.mint(warehouse, 'me', {'lead_id': lead_id}, now=now, ttl=_OWN_LINK_LASTS)}"


def _another_time(  # noqa: PLR0913 - as `gather`, for one of its parts
    warehouse: Warehouse,
    planned: MessagePlanned,
    about: Occasion,
    zone: ZoneInfo,
    language: Language,
    *,
    site: str,
    now: dtm.datetime,
) -> dict[str, str]:
    """The next session of the webinar with a link that books it in one tap; only for messages that offer one."""
    saved = about.schedule.texts.chosen(planned.template, language, planned.variant).buttons or ()
    offers_another = "book" in {*BUTTONS.get(planned.template, ()), *(button.kind for button in saved)}
    if not offers_another or about.webinar is None:
        return {}
    own = about.session.session_id if about.session else ""
    session = another(about.schedule, about.webinar.webinar_id, own, now)
    if session is None:
        return {}
    body = _place(about.lead.lead_id, session)
    token = tokens.mint(warehouse, "book", body, now=now, ttl=max(session.planned_end - now, _LINK_OUTLIVES))
    return {"next_starts": moment_in_words(session.opens_at, zone, language), "book_url": f"{site}/book/{token}"}


def replay_until(webinar: Webinar | None, session: Session | None) -> dtm.datetime | None:
    """When the replay closes; None: there is none."""
    if webinar is None or session is None or webinar.replay_hours is None:
        return None
    return session.ends_at + dtm.timedelta(hours=webinar.replay_hours)


def landing_url(webinar: Webinar, site: str, ref: str = "") -> str:
    """The webinar's page, with a partner's signed code if one is given."""
    return f"{site}/w/{webinar.slug}" + (f"?ref={ref}" if ref else "")


def title_of(webinar: Webinar | None, language: Language) -> str:
    """The webinar's title in the reader's language, else in whichever it has."""
    titles = webinar.definition.title if webinar else {}
    return titles.get(language) or next(iter(titles.values()), "")


def _replay_url(
    warehouse: Warehouse,
    lead_id: str,
    session: Session | None,
    site: str,
    now: dtm.datetime,
    until: dtm.datetime | None,
) -> str:
    if session is None or until is None:
        return ""
    return f"{site}/r/{tokens.mint(warehouse, 'replay', _place(lead_id, session), now=now, ttl=until - now)}"


def _place(lead_id: str, session: Session) -> dict[str, str]:
    return {"lead_id": lead_id, "session_id": session.session_id, "webinar_id": session.webinar_id}


def _shown(name: str, lead: Lead, language: Language) -> str:
    """A lead's name as their partner may see it: whole only with consent to the transfer."""
    may_know = "partner_transfer" in lead.consents and "partner_transfer" not in lead.withdrawn
    return (name if may_know else mask(name)) or _NO_NAME[language]


def _webinars_of(lead: Lead) -> list[str]:
    return [fact.webinar_id for fact in reversed(lead.ingests) if fact.webinar_id]


def _length(webinar: Webinar | None, session: Session | None, now: dtm.datetime) -> float:
    """Seconds of the show: as planned until it is over, then as it was. LIVE may end early or run over."""
    if session is None:
        return webinar.definition.duration_seconds if webinar else 0
    return session.length_seconds if session.phase(now) == "over" else session.duration_seconds


def _watched(lead: Lead, session: Session | None) -> int | None:
    attendee = lead.attendees.get(session.session_id) if session else None
    if attendee is None or attendee.verdict is None:
        return None
    return _minutes(attendee.verdict.as_event(AttendanceClassified).facts.watched_seconds)


def _minutes(seconds: float) -> int:
    return round(seconds / 60)


def _offer(webinar: Webinar | None, language: Language) -> dict[str, str]:
    offers = webinar.definition.offers if webinar else ()
    if not offers:
        return {}
    offer = offers[-1]
    texts = {"offer_title": offer.title, "offer_text": offer.text, "offer_button": offer.button}
    return {key: words.get(language, "") for key, words in texts.items()} | {"offer_url": offer.url or ""}
