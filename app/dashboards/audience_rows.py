"""What the audience page shows, line by line: plain values, made from the warehouse's answers. No Reflex."""

import datetime as dtm
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.dashboards.shown import clock, typical
from app.shared import texts
from app.shared.numbers import decimal, percent
from warehouse.reads.audience import KINDS, TENTHS, KindCount, Minute, OutcomeCount, Watching

MARKED = ("peak", "best_minute", "steepest_drop", "at_offer")
"""Single numbers that are of a minute."""
UNDECIDED = "undecided"
"""The outcome of those about whom there is no verdict yet."""


@dataclass(frozen=True)
class OutcomeBar:
    """One outcome: its leads and its share of all."""

    outcome: str
    label: str
    leads: int
    share: str
    width: str


@dataclass(frozen=True)
class OfferRow:
    """One offer: counts and shares in percent."""

    offer_id: str
    title: str
    shown: int
    clicked: int
    submitted: int
    click_rate: str
    form_rate: str


@dataclass(frozen=True)
class Person:
    """Somebody behind a number, times as they are shown; `session_at` (ISO) where the number is of many sessions."""

    lead_id: str
    name: str
    outcome: str
    watched: str
    joined: str
    left: str
    session_at: str = ""


@dataclass(frozen=True)
class Summary:
    """The session in single numbers, as they are shown, by the metric's name; «—» where there is nothing to say."""

    registered: str = "—"
    entered: str = "—"
    attended: str = "—"
    attendance_rate: str = "—"
    completed: str = "—"
    watched_average: str = "—"
    watched_median: str = "—"
    peak: str = "—"
    best_minute: str = "—"
    steepest_drop: str = "—"
    at_offer: str = "—"
    replay_watched: str = "—"
    replay_only: str = "—"


@dataclass(frozen=True)
class KindRow:
    """One kind of watching; after the counts the share each is of its own base."""

    slug: str
    kind: str
    registered: int
    attended: str
    median: str
    completed: str
    clicked: str
    submitted: str


@dataclass(frozen=True)
class TenthBar:
    """Those who watched a tenth of the session's length and less than the next; `label` is that length."""

    value: str
    label: str
    leads: int
    share: str
    width: str


def summarised(minutes: Sequence[Minute], counts: Sequence[OutcomeCount], watching: Watching, language: str) -> Summary:
    """The single numbers of a session."""
    registered, entered = sum(c.registered for c in counts), sum(c.entered for c in counts)
    attended, replayed = sum(c.attended for c in counts), sum(c.replay_watched for c in counts)
    judged = sum(c.entered for c in counts if c.outcome != UNDECIDED)
    watched = sum(c.watched_seconds for c in counts)
    found = {
        "registered": decimal(registered, language),
        "entered": decimal(entered, language),
        "attended": decimal(attended, language),
        "attendance_rate": percent(sum(c.attended_registered for c in counts), registered, language),
        "completed": decimal(sum(c.completed for c in counts), language),
        "watched_average": typical(watched / judged) if judged else "—",
        "watched_median": typical(watching.median),
        "replay_watched": decimal(replayed, language),
        "replay_only": decimal(sum(c.replay_watched for c in counts if c.outcome == "watched_replay"), language),
    }
    return Summary(**found, **_moments(minutes, entered, language))


def so_far(minutes: Sequence[Minute], opens_at: dtm.datetime, now: dtm.datetime) -> list[Minute]:
    """The minutes that are over, at least the first: nobody was seen yet in those ahead of a session on air.

    In the one that runs whoever is there is only seen with the next sign of life.
    """
    over = max(1, (now - opens_at).total_seconds() // 60)
    return [m for m in minutes if m.minute < over]


def marked(minutes: Sequence[Minute]) -> dict[str, Minute]:
    """The minutes that single numbers are of, by the metric's name; one that there is not is missing."""
    found: dict[str, Minute] = {}
    if any(m.present for m in minutes):
        found["peak"] = max(minutes, key=lambda m: m.present)
    if any(m.acts for m in minutes):
        found["best_minute"] = max(minutes, key=lambda m: (m.acts, m.present))
    # Everybody is seen last in the session's last minute: that is no drop-off.
    if any(m.dropped for m in minutes[:-1]):
        found["steepest_drop"] = max(minutes[:-1], key=lambda m: m.dropped)
    if offer := next((m for m in minutes if m.offer_shown), None):
        found["at_offer"] = offer
    return found


def _moments(minutes: Sequence[Minute], entered: int, language: str) -> dict[str, str]:
    """Peak, best and steepest minute, and who was there at the offer."""
    said: dict[str, Callable[[Minute], str]] = {
        "peak": lambda m: f"{decimal(m.present, language)} · {clock(60 * m.minute)}",
        "best_minute": lambda m: f"{clock(60 * m.minute)} · {decimal(m.acts, language)}",
        "steepest_drop": lambda m: f"{clock(60 * m.minute)} · −{decimal(m.dropped, language)}",
        "at_offer": lambda m: _of(m.present, m.present, entered, language),
    }
    return {name: said[name](minute) for name, minute in marked(minutes).items()}


def kind_rows(kinds: Sequence[KindCount], language: str) -> list[KindRow]:
    """LIVE, AUTO and recordings side by side: what somebody had a place in or watched."""
    return [
        KindRow(
            one.kind,
            texts.translate(language, f"studio.audience.kind_{one.kind}"),
            one.registered,
            _of(one.attended, one.attended_registered, one.registered, language),
            typical(one.median_seconds),
            _of(one.completed, one.completed, one.attended, language),
            _of(one.clicked, one.clicked, one.attended, language),
            _of(one.submitted, one.submitted, one.attended, language),
        )
        for one in sorted(kinds, key=lambda one: KINDS.index(one.kind))
        if one.registered or one.attended
    ]


def _of(count: int, part: int, whole: int, language: str) -> str:
    return f"{decimal(count, language)} · {percent(part, whole, language)}"


def tenth_bars(watching: Watching, language: str) -> list[TenthBar]:
    """How long those who entered watched; nothing when nobody did."""
    total, most = sum(watching.tenths), max(1, *watching.tenths)
    if not total:
        return []
    step = watching.session_seconds / TENTHS
    return [
        TenthBar(
            f"{number}",
            f"{clock(step * number)} – {clock(step * (number + 1))}",
            leads,
            percent(leads, total, language),
            f"{100 * leads / most:.2f}%",
        )
        for number, leads in enumerate(watching.tenths)
    ]
