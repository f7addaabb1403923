"""Why a verdict says what it says: its facts, the presence behind it, the policy, earlier verdicts. No Reflex."""

import datetime as dtm
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.shared import texts
from app.shared.numbers import percent
from app.studio.bubbles import said
from domain.arrival import arrival_key
from domain.attendance import minimum_seconds, union, window_of
from domain.events import AttendanceClassified, AttendanceFacts, AttendancePolicy, Fact, Watched
from domain.metrics import BY_SLUG
from domain.reasons import as_clock
from domain.webinars import Schedule, Session

LOBBY_SECONDS = 1800
"""So much of the waiting before the start is drawn."""
LOBBY_SHARE = 0.16
"""Part of the bar's width for the lobby, when somebody waited there."""
METRICS_OF_FACTS = {
    "watched": "watched_seconds", "needed": "needed_seconds", "lobby": "lobby_seconds", "joined": "joined_at",
    "left": "left_at", "visits": "visits", "offer": "offer_at", "replay": "replay_seconds",
}  # fmt: skip
"""What the facts of a verdict are called in the catalogue of metrics."""


@dataclass(frozen=True)
class Stretch:
    """One piece of the presence bar, in per cent of its width. `kind`: lobby or watched."""

    kind: str
    left: float
    width: float
    words: str


@dataclass(frozen=True)
class FactLine:
    """One fact the verdict used, with what it means; `slug` is the metric's, "" where it is no number."""

    name: str
    label: str
    value: str
    slug: str
    definition: str


@dataclass(frozen=True)
class Earlier:
    """A verdict that a later one took the place of. `changes`: what the next one said differently."""

    at: str
    status: str
    status_text: str
    outcome: str
    policy_version: int
    changes: list[str]


@dataclass(frozen=True)
class VerdictCard:
    """The current verdict on one session with everything it rests on, in words. `reasons` are sentences."""

    session_id: str
    title: str
    starts_at: str
    at: str
    status: str
    status_text: str
    outcome: str
    watched: str
    session_length: str
    share: str
    reasons: list[str]
    policy_version: int
    policy: str = ""
    start_mark: float = 0
    """Where the session's clock stands at zero on the bar, in per cent."""
    offer_mark: float = -1
    """Where the offer is shown; negative: at no fixed moment."""
    offer_at: str = ""
    bar: list[Stretch] = field(default_factory=list)
    facts: list[FactLine] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)


def verdict_cards(facts: Sequence[Fact], plan: Schedule, language: str) -> list[VerdictCard]:
    """A card for each session with a verdict, the newest session first."""
    given: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=arrival_key):
        if fact.name == AttendanceClassified.name and fact.session_id:
            given.setdefault(fact.session_id, []).append(fact)
    newest_first = sorted(given.values(), key=lambda verdicts: verdicts[-1].occurred_at, reverse=True)
    return [_card(verdicts, facts, plan, language) for verdicts in newest_first]


def _card(verdicts: list[Fact], facts: Sequence[Fact], plan: Schedule, language: str) -> VerdictCard:
    newest = verdicts[-1]
    stated = newest.as_event(AttendanceClassified)
    webinar, session = plan.webinars.get(newest.webinar_id or ""), plan.sessions.get(newest.session_id or "")
    length, offer_at = stated.facts.session_seconds, stated.facts.offer_at_seconds
    policy = _policy(plan, session, newest.webinar_id or "", stated.policy_version)
    stretches, zero = _bar(facts, session, language) if session else ([], 0.0)
    is_on_bar = offer_at is not None and 0 <= offer_at <= length and length > 0
    return VerdictCard(
        session_id=newest.session_id or "",
        title=texts.localised(webinar.definition.title, language) if webinar else newest.webinar_id or "",
        starts_at=session.starts_at.isoformat() if session else "",
        at=(newest.recorded_at or newest.occurred_at).isoformat(),
        status=stated.status,
        status_text=texts.translate(language, f"studio.verdict.{stated.status}"),
        outcome=texts.translate(language, f"studio.outcome.{stated.outcome}"),
        watched=as_clock(stated.facts.watched_seconds),
        session_length=as_clock(length),
        share=percent(min(stated.facts.watched_seconds, length), length, language),
        reasons=[said(code, language) for code in stated.reasons],
        policy_version=stated.policy_version,
        policy=in_words(policy, language) if policy else "",
        start_mark=zero,
        offer_mark=round(zero + (100 - zero) * (offer_at or 0) / length, 2) if is_on_bar else -1,
        offer_at=as_clock(offer_at) if is_on_bar and offer_at is not None else "",
        bar=stretches,
        facts=list(_fact_lines(stated.facts, policy, language)),
        earlier=_earlier(verdicts, language),
    )


def in_words(policy: AttendancePolicy, language: str) -> str:
    """The policy's four numbers as one sentence."""
    return texts.translate(
        language,
        "studio.why.policy",
        minutes=f"{policy.attended_minutes:g}",
        share=f"{policy.attended_share * 100:g}",
        completed=f"{policy.completed_share * 100:g}",
        grace=f"{policy.grace_minutes:g}",
    )


def _policy(plan: Schedule, session: Session | None, webinar_id: str, version: int) -> AttendancePolicy | None:
    """The policy of that version, as far as the log has it."""
    judging = plan.judging(session) if session else None
    if judging and judging.policy.version == version:
        return judging.policy
    saved = (webinar.policy for _, webinar in plan.saved.get(webinar_id, ()))
    return next((policy for policy in saved if policy.version == version), None)


def _bar(facts: Sequence[Fact], session: Session, language: str) -> tuple[list[Stretch], float]:
    """Where the lead was, over the session's clock, and where its zero is. The lobby stands apart, on its own scale."""
    seen = [fact.as_event(Watched) for fact in facts if fact.name == Watched.name]
    presence = [
        (one.from_at, one.to_at)
        for fact, one in zip((fact for fact in facts if fact.name == Watched.name), seen, strict=True)
        if fact.session_id == session.session_id
    ]
    zero = session.opens_at
    lobby = union(presence, (zero - dtm.timedelta(seconds=LOBBY_SECONDS), zero))
    mark = 100 * LOBBY_SHARE if lobby else 0.0
    window = (zero, window_of(session)[1] if session.is_end_known else zero + _length(session, presence))
    length = (window[1] - zero).total_seconds()
    on_air = union(presence, window)
    stretches = [
        *(_stretch("lobby", mark * (1 + _from(a, zero) / LOBBY_SECONDS), mark * _from(b, a) / LOBBY_SECONDS,
                   (_from(a, zero), _from(b, zero)), language) for a, b in lobby),
        *(_stretch("watched", mark + (100 - mark) * _from(a, zero) / length, (100 - mark) * _from(b, a) / length,
                   (_from(a, zero), _from(b, zero)), language) for a, b in on_air),
    ]  # fmt: skip
    return stretches, round(mark, 2)


def _length(session: Session, presence: Sequence[tuple[dtm.datetime, dtm.datetime]]) -> dtm.timedelta:
    """Of a LIVE session that still runs: the planned length, or as far as anybody was seen."""
    last = max((end for _, end in presence), default=session.planned_end)
    return max(session.planned_end, last) - session.opens_at


def _from(moment: dtm.datetime, zero: dtm.datetime) -> float:
    return (moment - zero).total_seconds()


def _stretch(kind: str, left: float, width: float, clock: tuple[float, float], language: str) -> Stretch:
    since, until = (f"−{as_clock(-at)}" if at < 0 else as_clock(at) for at in clock)
    words = texts.translate(language, f"studio.why.{kind}_stretch", since=since, until=until)
    return Stretch(kind, round(left, 2), round(max(width, 0.4), 2), words)


def _fact_lines(facts: AttendanceFacts, policy: AttendancePolicy | None, language: str) -> Iterator[FactLine]:
    """The facts that say something, in the order a person asks for them."""
    never = texts.translate(language, "studio.why.never")
    needed = as_clock(minimum_seconds(facts, policy)) if policy else None
    clocks = [
        ("watched", as_clock(facts.watched_seconds)),
        ("needed", needed),
        ("lobby", as_clock(facts.lobby_seconds) if facts.lobby_seconds else None),
        ("joined", never if facts.joined_at_seconds is None else as_clock(facts.joined_at_seconds)),
        ("left", None if facts.left_at_seconds is None else as_clock(facts.left_at_seconds)),
        ("visits", str(facts.visits)),
        ("offer", None if facts.offer_at_seconds is None else as_clock(facts.offer_at_seconds)),
        ("acts", ", ".join(_acts(facts, language)) or None),
        ("replay", as_clock(facts.replay_seconds) if facts.replay_seconds else None),
    ]
    for name, value in clocks:
        if value is not None:
            slug = METRICS_OF_FACTS.get(name, "")
            means = texts.localised(BY_SLUG[slug].definition, language) if slug else ""
            yield FactLine(name, texts.translate(language, f"studio.why.{name}"), value, slug, means)


def _acts(facts: AttendanceFacts, language: str) -> Iterator[str]:
    for name in ("offer_shown", "offer_clicked", "form_submitted", "completed"):
        if getattr(facts, name):
            yield texts.translate(language, f"studio.why.{name}")


def _earlier(verdicts: list[Fact], language: str) -> list[Earlier]:
    """The verdicts before the current one, newest first, each with what the next one changed."""
    stated = [fact.as_event(AttendanceClassified) for fact in verdicts]
    pairs = list(zip(verdicts, stated, stated[1:], strict=False))
    return [
        Earlier(
            at=(fact.recorded_at or fact.occurred_at).isoformat(),
            status=before.status,
            status_text=texts.translate(language, f"studio.verdict.{before.status}"),
            outcome=texts.translate(language, f"studio.outcome.{before.outcome}"),
            policy_version=before.policy_version,
            changes=list(_changes(before, after, language)),
        )
        for fact, before, after in reversed(pairs)
    ]


def _changes(before: AttendanceClassified, after: AttendanceClassified, language: str) -> Iterator[str]:
    """What the later verdict says differently."""
    for name, was, now in _compared(before, after, language):
        if was != now:
            yield texts.translate(language, f"studio.why.changed.{name}", was=was, now=now)
    if "session_over" in after.reasons and "session_on_air" in before.reasons:
        yield texts.translate(language, "studio.why.changed.final")


def _compared(
    before: AttendanceClassified, after: AttendanceClassified, language: str
) -> Iterator[tuple[str, object, object]]:
    """What two verdicts say, side by side, as it would be shown."""
    yield "policy", before.policy_version, after.policy_version
    for name, prefix in (("status", "verdict"), ("outcome", "outcome")):
        was, now = (texts.translate(language, f"studio.{prefix}.{getattr(one, name)}") for one in (before, after))
        yield name, was, now
    for name in ("watched_seconds", "joined_at_seconds", "left_at_seconds", "session_seconds"):
        seconds = (getattr(one.facts, name) for one in (before, after))
        was, now = ("—" if value is None else as_clock(round(value)) for value in seconds)
        yield name, was, now
    yield "visits", before.facts.visits, after.facts.visits
