"""The programme: webinars, sessions, partners and the studio's switches, folded from the log. No lead is in here."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from domain.arrival import arrival_key
from domain.embeds import has_picture
from domain.events import (
    AlertKind,
    AttendancePolicy,
    Emitter,
    Fact,
    LanguageChosen,
    MessageLimits,
    Mode,
    PartnerAlertsChanged,
    PartnerJoined,
    PartnerLeaderboardChanged,
    PartnerLinkCreated,
    PolicyApplied,
    ScenarioPaused,
    ScenarioResumed,
    ScheduleRuleSet,
    TelegramBlocked,
    TelegramLinked,
    TelegramUnblocked,
    TemplateSaved,
    WebinarCancelled,
    WebinarConfigured,
    WebinarEnded,
    WebinarRescheduled,
    WebinarScheduled,
    WebinarStarted,
)
from domain.pauses import NO_PAUSES, Pauses, fold_pauses
from domain.recurrence import ScheduleRule
from domain.saved_texts import NO_SAVED_TEXTS, SavedTexts, fold_saved_texts
from domain.waves import PER_SECOND

SCHEDULE_EVENTS: frozenset[str] = frozenset(
    event.name
    for event in (
        WebinarConfigured,
        ScheduleRuleSet,
        WebinarScheduled,
        WebinarRescheduled,
        WebinarCancelled,
        WebinarStarted,
        WebinarEnded,
        PolicyApplied,
        PartnerJoined,
        PartnerLinkCreated,
        PartnerAlertsChanged,
        PartnerLeaderboardChanged,
        TelegramLinked,
        TelegramBlocked,
        TelegramUnblocked,
        ScenarioPaused,
        ScenarioResumed,
        TemplateSaved,
        LanguageChosen,
    )
)
"""Names of the facts a schedule is folded from, where they are about no lead: see `is_about_programme`."""

LIVE_TIMEOUT = dtm.timedelta(hours=4)
"""A LIVE session that nobody ended is over this long after its planned end."""

Status = Literal["scheduled", "live", "ended", "cancelled"]
Phase = Literal["lobby", "on_air", "over", "cancelled"]
Channel = Literal["none", "linked", "blocked"]
"""State of somebody's Telegram: never linked, reachable, or blocked by them."""


@dataclass(frozen=True, slots=True)
class Webinar:
    """A webinar as the studio saved it last."""

    webinar_id: str
    definition: WebinarConfigured

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.definition.slug

    @property
    def limits(self) -> MessageLimits:
        """How much advertising its leads bear."""
        return self.definition.limits

    @property
    def replay_hours(self) -> int | None:
        """How long the recording of a session stays open; None: it does not, or there is nothing to show."""
        definition = self.definition
        return definition.replay_hours if has_picture(definition.media_kind, definition.media_url) else None

    @property
    def policy(self) -> AttendancePolicy:
        """When a lead counts as attended and completed."""
        return self.definition.policy


@dataclass(frozen=True)
class Session:
    """One showing of a webinar. `started_at` and `ended_at` are what the facts say; the clock follows from the mode.

    It has no slots: every heartbeat of everybody asks for its times, so they are kept.
    """

    session_id: str
    webinar_id: str
    mode: Mode
    starts_at: dtm.datetime
    duration_seconds: int
    status: Status = "scheduled"
    started_at: dtm.datetime | None = None
    ended_at: dtm.datetime | None = None
    is_timed_out: bool = False
    """Ended by the scheduler because the host never did: it counts as over at its planned end."""
    revision: int = 0
    """How often it was moved, begun or called off: calendars take the entry with the highest number."""
    moved_at: dtm.datetime | None = None
    """When it was last given another start."""
    cancelled_at: dtm.datetime | None = None
    policy: AttendancePolicy | None = None
    """The attendance policy that staff had applied to it after its end; None: the one in force at its end."""

    @cached_property
    def opens_at(self) -> dtm.datetime:
        """Clock zero: the moment a LIVE session went on air once it did, else the planned start."""
        return self.started_at if self.mode == "live" and self.started_at else self.starts_at

    @cached_property
    def planned_end(self) -> dtm.datetime:
        """Clock zero plus the planned length."""
        return self.opens_at + dtm.timedelta(seconds=self.duration_seconds)

    @cached_property
    def ends_at(self) -> dtm.datetime:
        """When it ended, as far as the facts say; else the planned end. An AUTO session never runs over."""
        if self.ended_at is None or self.is_timed_out or self.ended_at <= self.opens_at:
            return self.planned_end
        return min(self.ended_at, self.planned_end) if self.mode == "auto" else self.ended_at

    @property
    def length_seconds(self) -> float:
        """From clock zero to the end."""
        return (self.ends_at - self.opens_at).total_seconds()

    @property
    def has_run(self) -> bool:
        """A LIVE session that never went on air took place for nobody; AUTO runs by its clock."""
        return self.status != "cancelled" and (self.mode == "auto" or self.started_at is not None)

    @property
    def is_end_known(self) -> bool:
        """The end cannot move any more: AUTO by its clock, LIVE once somebody (or the timeout) ended it."""
        return self.mode == "auto" or self.ended_at is not None

    def position_seconds(self, now: dtm.datetime) -> float:
        """Where the session's clock stands, from 0 to its length; 0 before a LIVE session went on air."""
        if self.mode == "live" and self.started_at is None:
            return 0.0
        elapsed = (now - self.opens_at).total_seconds()
        if self.mode == "live" and self.ended_at is None:
            return max(0.0, elapsed)
        return min(max(0.0, elapsed), self.length_seconds)

    def phase(self, now: dtm.datetime) -> Phase:
        """Lobby until clock zero, on air until the end, then over. A LIVE session waits for its host."""
        if self.status == "cancelled":
            return "cancelled"
        if self.mode == "live":
            if self.ended_at is not None and now >= self.ended_at:
                return "over"
            return "on_air" if self.started_at is not None and now >= self.started_at else "lobby"
        if now >= self.ends_at:
            return "over"
        return "on_air" if now >= self.starts_at else "lobby"

    def is_open(self, now: dtm.datetime) -> bool:
        """The room lets people in: into the lobby or on air."""
        return self.phase(now) in ("lobby", "on_air")


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody who brings leads. `code` is the first code of theirs, `codes` are all."""

    partner_id: str
    code: str
    invited_by: str | None = None
    channel: Channel = "none"
    linked_at: dtm.datetime | None = None
    codes: frozenset[str] = frozenset()
    muted: frozenset[AlertKind] = frozenset()
    """Kinds of alerts they do not want."""
    language: Literal["ru", "en"] = "ru"
    is_ranked: bool = False
    """They want to stand in the leaderboard."""

    @property
    def is_linked(self) -> bool:
        """Their Telegram can be written to."""
        return self.channel == "linked"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything the rules must know besides the lead: webinars, sessions and partners by id, pauses, saved texts."""

    webinars: Mapping[str, Webinar] = field(default_factory=lambda: MappingProxyType({}))
    sessions: Mapping[str, Session] = field(default_factory=lambda: MappingProxyType({}))
    partners: Mapping[str, Partner] = field(default_factory=lambda: MappingProxyType({}))
    pauses: Pauses = NO_PAUSES
    texts: SavedTexts = NO_SAVED_TEXTS
    saved: Mapping[str, tuple[tuple[dtm.datetime, Webinar], ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Each webinar as it was saved, oldest first, with when."""
    rules: Mapping[str, ScheduleRule] = field(default_factory=lambda: MappingProxyType({}))
    """By webinar id: how its sessions come about by themselves (see `domain.offers`)."""
    registered: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """About how many are reminded together with a session's (`waves.sizes`); told by whoever folds the schedule."""
    per_second: float = PER_SECOND
    """The pace of the sender, told likewise."""

    def by_slug(self, slug: str) -> Webinar | None:
        """The webinar behind an address."""
        return next((webinar for webinar in self.webinars.values() if webinar.slug == slug), None)

    def by_code(self, code: str) -> Partner | None:
        """The partner whose link carries this code (upper and lower case are the same)."""
        wanted = code.casefold()
        return next((p for p in self.partners.values() if wanted in {c.casefold() for c in p.codes}), None)

    def judging(self, session: Session) -> Webinar | None:
        """The webinar by whose rules this session is judged: as it stood at the session's end, whatever came later.

        A policy that staff had applied to the session afterwards takes the place of the one of that time.
        """
        webinar = self.webinars.get(session.webinar_id)
        if session.is_end_known:
            before = [saved for at, saved in self.saved.get(session.webinar_id, ()) if at <= session.ends_at]
            webinar = before[-1] if before else next((w for _, w in self.saved.get(session.webinar_id, ())), webinar)
        if webinar is None or session.policy is None:
            return webinar
        return Webinar(webinar.webinar_id, webinar.definition.model_copy(update={"policy": session.policy}))

    def last_policy_version(self, webinar_id: str) -> int:
        """The highest version number that any policy of this webinar ever had; 0 for none."""
        return max((webinar.policy.version for _, webinar in self.saved.get(webinar_id, ())), default=0)

    def sessions_of(self, webinar_id: str) -> tuple[Session, ...]:
        """All sessions of a webinar, earliest start first."""
        found = (session for session in self.sessions.values() if session.webinar_id == webinar_id)
        return tuple(sorted(found, key=lambda session: (session.starts_at, session.session_id)))

    def next_session(self, webinar_id: str, now: dtm.datetime) -> Session | None:
        """The earliest session one can still come to: on air or ahead."""
        ahead = (s for s in self.sessions_of(webinar_id) if s.is_open(now) and now < s.planned_end)
        return next(ahead, None)


def is_about_programme(fact: Fact) -> bool:
    """Webinars, sessions and partners. The same Telegram facts and languages are told of leads, too: those are not."""
    return fact.name in SCHEDULE_EVENTS and fact.lead_id is None


def fold_schedule(facts: Iterable[Fact]) -> Schedule:
    """The current programme. The newest fact by event time wins; the order of arrival never matters.

    Facts about a session or partner nobody has announced yet wait: they are left out until the announcement arrives.
    """
    webinars: dict[str, list[tuple[dtm.datetime, Webinar]]] = {}
    sessions: dict[str, list[Fact]] = {}
    partners: dict[str, list[Fact]] = {}
    rules: dict[str, ScheduleRule] = {}
    ordered = sorted(filter(is_about_programme, facts), key=arrival_key)
    for fact in ordered:
        if fact.name == WebinarConfigured.name and fact.webinar_id:
            webinar = Webinar(fact.webinar_id, fact.as_event(WebinarConfigured))
            webinars.setdefault(fact.webinar_id, []).append((fact.occurred_at, webinar))
        elif fact.name == ScheduleRuleSet.name and fact.webinar_id:
            rules[fact.webinar_id] = fact.as_event(ScheduleRuleSet).rule
        elif fact.session_id and fact.name.startswith("webinar_"):
            sessions.setdefault(fact.session_id, []).append(fact)
        elif partner_id := fact.properties.get("partner_id"):
            partners.setdefault(partner_id, []).append(fact)
    folded = (_session(session_id, history) for session_id, history in sessions.items())
    known = (_partner(partner_id, history) for partner_id, history in partners.items())
    return Schedule(
        MappingProxyType({webinar_id: versions[-1][1] for webinar_id, versions in webinars.items()}),
        MappingProxyType({session.session_id: session for session in folded if session}),
        MappingProxyType({partner.partner_id: partner for partner in known if partner}),
        fold_pauses(ordered),
        fold_saved_texts(ordered),
        saved=MappingProxyType({webinar_id: tuple(versions) for webinar_id, versions in webinars.items()}),
        rules=MappingProxyType(rules),
    )


def _session(session_id: str, history: list[Fact]) -> Session | None:
    session: Session | None = None
    # The announcement may carry a later event time than what follows from it (clocks differ): it always comes first.
    for fact in sorted(history, key=lambda fact: fact.name != WebinarScheduled.name):
        if fact.name == WebinarScheduled.name:
            session = _scheduled(session_id, fact)
        elif session is not None:
            session = _moved(session, fact)
    return session


def _scheduled(session_id: str, fact: Fact) -> Session:
    plan = fact.as_event(WebinarScheduled)
    return Session(session_id, fact.webinar_id or "", plan.mode, plan.starts_at, plan.duration_seconds)


def _moved(session: Session, fact: Fact) -> Session:
    """One fact further. A cancelled session stays cancelled; what has begun cannot be moved."""
    if session.status == "cancelled":
        return session
    if fact.name == WebinarRescheduled.name and session.started_at is None:
        plan = fact.as_event(WebinarRescheduled)
        return replace(
            session,
            starts_at=plan.starts_at,
            duration_seconds=plan.duration_seconds,
            revision=session.revision + 1,
            moved_at=session.moved_at if plan.starts_at == session.starts_at else fact.occurred_at,
        )
    if fact.name == WebinarCancelled.name and session.status != "ended":
        return replace(session, status="cancelled", revision=session.revision + 1, cancelled_at=fact.occurred_at)
    if fact.name == PolicyApplied.name:
        return replace(session, policy=fact.as_event(PolicyApplied).policy)
    return _turned(session, fact)


def _turned(session: Session, fact: Fact) -> Session:
    """It began, or it ended."""
    if fact.name == WebinarStarted.name:
        return replace(session, status="live" if session.ended_at is None else "ended", started_at=fact.occurred_at)
    if fact.name == WebinarEnded.name:
        is_timed_out = session.mode == "live" and fact.emitter is Emitter.SCHEDULER
        return replace(session, status="ended", ended_at=fact.occurred_at, is_timed_out=is_timed_out)
    return session


def _partner(partner_id: str, history: list[Fact]) -> Partner | None:
    joined = next((fact.as_event(PartnerJoined) for fact in history if fact.name == PartnerJoined.name), None)
    if joined is None:
        return None
    links = {fact.as_event(PartnerLinkCreated).code for fact in history if fact.name == PartnerLinkCreated.name}
    channel, since = channel_of(history)
    codes = frozenset({joined.code, *links})
    language = language_chosen(history) or "ru"
    wishes = [fact.properties["is_on"] for fact in history if fact.name == PartnerLeaderboardChanged.name]
    return Partner(
        partner_id,
        joined.code,
        joined.invited_by,
        channel,
        since,
        codes,
        muted_kinds(history),
        language,
        is_ranked=bool(wishes and wishes[-1]),
    )


def language_chosen(history: Iterable[Fact]) -> Literal["ru", "en"] | None:
    """The language somebody chose in the bot last, from their facts in event order; None: they never did."""
    chosen = [fact.as_event(LanguageChosen).language for fact in history if fact.name == LanguageChosen.name]
    return chosen[-1] if chosen else None


def muted_kinds(history: Iterable[Fact]) -> frozenset[AlertKind]:
    """What a partner has switched off, from their facts in event order."""
    muted: set[AlertKind] = set()
    for fact in history:
        if fact.name == PartnerAlertsChanged.name:
            change = fact.as_event(PartnerAlertsChanged)
            (muted.discard if change.is_on else muted.add)(change.kind)
    return frozenset(muted)


def channel_of(history: Iterable[Fact]) -> tuple[Channel, dtm.datetime | None]:
    """State of a Telegram channel from its facts in event order, and since when it can be written to."""
    channel: Channel = "none"
    since: dtm.datetime | None = None
    for fact in history:
        if fact.name == TelegramLinked.name or (fact.name == TelegramUnblocked.name and channel == "blocked"):
            channel, since = "linked", fact.occurred_at
        elif fact.name == TelegramBlocked.name and channel == "linked":
            channel, since = "blocked", None
    return channel, since
