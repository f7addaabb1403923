"""/studio/audience: one session's audience by the minute, its outcomes and offers, and the people behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.dashboards import audience_view
from app.dashboards.chart import Chart, drawn
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk
from app.studio.desk import READERS, Desk
from domain.webinars import Schedule, Session
from warehouse.interface import WarehouseError
from warehouse.reads import audience
from warehouse.reads.audience import Attendee, Minute, OutcomeCount
from warehouse.reads.reaction import last_seq

PAGE_SIZE = 50
MOST_SESSIONS = 200


@dataclass(frozen=True)
class SessionChoice:
    """A session to look at."""

    value: str
    label: str


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

    title: str
    shown: int
    clicked: int
    submitted: int
    click_rate: str
    form_rate: str


@dataclass(frozen=True)
class Person:
    """Somebody behind an outcome, times as they are shown."""

    lead_id: str
    name: str
    watched: str
    joined: str
    left: str


@dataclass(frozen=True)
class Summary:
    """The session in single numbers, as they are shown, by the metric's name; «—» where there is nothing to say."""

    registered: str = "—"
    entered: str = "—"
    attended: str = "—"
    attendance_rate: str = "—"
    completed: str = "—"
    watched_average: str = "—"
    peak: str = "—"
    best_minute: str = "—"
    steepest_drop: str = "—"
    at_offer: str = "—"
    replay_watched: str = "—"
    replay_only: str = "—"


class Audience(Desk):
    """The audience page of one session."""

    session: str = ""
    sessions: list[SessionChoice] = []
    title: str = ""
    starts_at: str = ""
    mode: str = ""
    summary: Summary = Summary()
    chart: Chart = Chart()
    minutes: list[list[int]] = []
    has_replay: bool = False
    outcomes: list[OutcomeBar] = []
    offers: list[OfferRow] = []
    people: list[Person] = []
    outcome: str = ""
    outcome_label: str = ""
    people_total: int = 0
    page_no: int = 1
    pages: int = 1
    as_of: str = ""
    seq: int = -1
    """Up to which fact the numbers go."""
    form_key: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show the session of the address, else the newest that has begun."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        begun = _begun(plan)
        self.sessions = [SessionChoice(s.session_id, self._label(plan, s)) for s in begun[:MOST_SESSIONS]]
        asked = self.router.url.query_parameters.get("session", "")
        chosen = plan.sessions.get(asked) or (begun[0] if begun and not asked else None)
        self.session, self.outcome, self.people = (chosen.session_id if chosen else ""), "", []
        self.form_key += 1
        await self._show(plan, chosen)

    @rx.event
    async def beat(self) -> None:
        """Count again when the log has grown; the page asks every few seconds while it can be seen."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        try:
            newest = await warehouse.get().run(last_seq)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        if newest != self.seq:
            await self._show(plan, plan.sessions.get(self.session))

    @rx.event
    async def choose(self, typed: dict[str, Any]) -> EventSpec | None:
        """Go to another session: it stands in the address, so that the page can be shared."""
        if not await self._may(*READERS):
            return None
        session = str(typed.get("session") or "")
        return rx.redirect(f"/studio/audience?session={session}") if session in schedule.current().sessions else None

    @rx.event
    async def show_people(self, outcome: str) -> None:
        """Show the people with this outcome."""
        if not await self._may(*READERS):
            return
        self.outcome, self.page_no = str(outcome)[:40], 1
        await self._people()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page of people."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._people()

    def _label(self, plan: Schedule, session: Session) -> str:
        webinar = plan.webinars.get(session.webinar_id)
        title = texts.localised(webinar.definition.title, self.lang) if webinar else session.webinar_id
        return f"{title} · {session.opens_at:%Y-%m-%d %H:%M} UTC"

    async def _show(self, plan: Schedule, session: Session | None) -> None:
        self.summary, self.chart, self.minutes, self.outcomes, self.offers = Summary(), Chart(), [], [], []
        if session is None:
            return
        webinar = plan.webinars.get(session.webinar_id)
        self.title = texts.localised(webinar.definition.title, self.lang) if webinar else session.webinar_id
        self.starts_at, self.mode = session.opens_at.isoformat(), session.mode
        try:
            seq = await warehouse.get().run(last_seq)
            minutes = await warehouse.get().run(audience.curve, session.session_id)
            counts = await warehouse.get().run(audience.outcomes, session.session_id)
            offers = await warehouse.get().run(audience.offers, session.session_id)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.seq, self.as_of = seq, desk.now().isoformat()
        self.chart, self.has_replay = drawn(minutes), any(m.replaying for m in minutes)
        self.minutes = [
            [m.minute, m.present, m.entered, m.dropped, m.chat_lines + m.questions, m.offer_shown, m.offer_clicked,
             m.form_submitted, m.replaying]
            for m in minutes
        ]  # fmt: skip
        self.summary = summarised(minutes, counts)
        total = sum(count.leads for count in counts)
        self.outcomes = [self._bar(count, total) for count in counts]
        titles = {offer.offer_id: offer.title for offer in webinar.definition.offers} if webinar else {}
        self.offers = [
            OfferRow(
                texts.localised(titles.get(o.offer_id, {}), self.lang) or o.offer_id,
                o.shown, o.clicked, o.submitted, percent(o.clicked_attended, o.attended),
                percent(o.submitted_attended, o.attended),
            )
            for o in offers
        ]  # fmt: skip

    def _bar(self, count: OutcomeCount, total: int) -> OutcomeBar:
        return OutcomeBar(
            count.outcome,
            self._outcome(count.outcome),
            count.leads,
            percent(count.leads, total),
            f"{100 * count.leads / max(1, total):.2f}%",
        )

    def _outcome(self, outcome: str) -> str:
        key = f"studio.outcome.{outcome}"
        return texts.catalogue(self.lang).get(key) or self._text("audience.undecided")

    async def _people(self) -> None:
        self.outcome_label = self._outcome(self.outcome)
        start = (self.page_no - 1) * PAGE_SIZE
        try:
            found, total = await warehouse.get().run(
                audience.people, self.session, self.outcome, limit=PAGE_SIZE, offset=start
            )
        except WarehouseError:
            self.people, self.complaint = [], self._text("away")
            return
        self.people = [self._person(one) for one in found]
        self.people_total, self.pages = total, max(1, -(-total // PAGE_SIZE))

    def _person(self, one: Attendee) -> Person:
        name = one.name or self._text("nameless")
        return Person(
            one.lead_id, name, clock(one.watched_seconds), clock(one.joined_at_seconds), clock(one.left_at_seconds)
        )


def summarised(minutes: Sequence[Minute], counts: Sequence[OutcomeCount]) -> Summary:
    """The single numbers of a session."""
    registered, entered = sum(c.registered for c in counts), sum(c.entered for c in counts)
    attended, replayed = sum(c.attended for c in counts), sum(c.replay_watched for c in counts)
    watched = sum(c.watched_seconds for c in counts)
    found = {
        "registered": f"{registered}",
        "entered": f"{entered}",
        "attended": f"{attended}",
        "attendance_rate": percent(sum(c.attended_registered for c in counts), registered),
        "completed": f"{sum(c.completed for c in counts)}",
        "watched_average": clock(watched / entered) if entered else "—",
        "replay_watched": f"{replayed}",
        "replay_only": f"{sum(c.replay_watched for c in counts if c.outcome == 'watched_replay')}",
    }
    return Summary(**found, **_moments(minutes, entered))


def _moments(minutes: Sequence[Minute], entered: int) -> dict[str, str]:
    """Peak, best and steepest minute, and who was there at the offer."""
    found: dict[str, str] = {}
    if any(m.present for m in minutes):
        peak = max(minutes, key=lambda m: m.present)
        found["peak"] = f"{peak.present} · {clock(60 * peak.minute)}"
    if any(m.acts for m in minutes):
        best = max(minutes, key=lambda m: (m.acts, m.present))
        found["best_minute"] = f"{clock(60 * best.minute)} · {best.acts}"
    # Everybody is seen last in the session's last minute: that is no drop-off.
    if any(m.dropped for m in minutes[:-1]):
        steepest = max(minutes[:-1], key=lambda m: m.dropped)
        found["steepest_drop"] = f"{clock(60 * steepest.minute)} · −{steepest.dropped}"
    offer = next((m for m in minutes if m.offer_shown), None)
    if offer:
        found["at_offer"] = f"{offer.present} · {percent(offer.present, entered)}"
    return found


def _begun(plan: Schedule) -> list[Session]:
    """Sessions somebody may have been in, newest first."""
    now = desk.now()
    begun = [s for s in plan.sessions.values() if s.status != "cancelled" and s.opens_at <= now]
    return sorted(begun, key=lambda s: s.opens_at, reverse=True)


def percent(part: int, whole: int) -> str:
    """A share in whole percent; «—» of nothing."""
    return f"{100 * part / whole:.0f}\N{NO-BREAK SPACE}%" if whole else "—"


def clock(seconds: float | None) -> str:
    """A position or length as m:ss or h:mm:ss; «—» for unknown."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


PAGES = [
    Route("/studio/audience", lambda: audience_view.view(Audience), title="title.audience", on_load=Audience.opened)
]
