"""/studio/audience: one session's audience by the minute, its outcomes and offers, and the people behind each number.

The session and the number stand in the address, so that a view can be shared.
"""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.dashboards import audience_address, audience_view
from app.dashboards.audience_people import Asked, kinds_of, people
from app.dashboards.audience_rows import (
    MARKED,
    KindRow,
    OfferRow,
    OutcomeBar,
    Person,
    Summary,
    TenthBar,
    kind_rows,
    marked,
    so_far,
    summarised,
    tenth_bars,
)
from app.dashboards.chart import Chart, drawn
from app.dashboards.shown import clock
from app.shared import schedule, texts, warehouse
from app.shared.numbers import percent
from app.shared.route import Route
from app.studio import desk
from app.studio.choices import SessionChoice
from app.studio.desk import READERS, Desk
from domain.metrics import BY_SLUG
from domain.webinars import Schedule, Session
from warehouse.interface import WarehouseError
from warehouse.reads import audience
from warehouse.reads.audience import Attendee, OutcomeCount, SessionPart
from warehouse.reads.reaction import last_seq

PAGE_SIZE = 50
MOST_SESSIONS = 200
METRIC_OF = {part: part for part in (*audience.PARTS, *audience.KIND_PARTS)} | {
    "attended_registered": "attended", "tenth": "watched_band", "present": "minute_present",
    "dropped": "minute_dropped", "acting": "best_minute",
}  # fmt: skip
"""What the number that people stand behind is called in the catalogue of metrics."""


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
    kinds: list[KindRow] = []
    tenths: list[TenthBar] = []
    minute_of: dict[str, str] = dict.fromkeys(MARKED, "")
    """Which minute a single number is of."""
    chosen: dict[str, str] = audience_address.chosen({})
    people_title: str = ""
    people_total: int = 0
    page_no: int = 1
    pages: int = 1
    as_of: str = ""
    seq: int = -1
    """Up to which fact the numbers go."""
    form_key: int = 0

    @rx.var
    def files(self) -> str:
        """The end of the address of the files with the people shown."""
        return audience_address.query_of({**self.chosen, "session": self.session})

    @rx.event
    async def opened(self) -> None:
        """Show the session of the address, else the newest that has begun, and the people the address asks for."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        begun = _begun(plan)
        self.sessions = [self._choice(plan, s) for s in begun[:MOST_SESSIONS]]
        self.chosen, self.page_no = audience_address.chosen(self.router.url.query_parameters), 1
        asked = self.chosen["session"]
        session = plan.sessions.get(asked) or (begun[0] if begun and not asked else None)
        self.session = session.session_id if session else ""
        self.form_key += 1
        await self._show(plan, session)

    @rx.event
    async def beat(self) -> None:
        """Count again when the log has grown; the page asks every few seconds while it can be seen."""
        if not await self._still(*READERS):
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
        return rx.redirect(audience_address.address(session)) if session in schedule.current().sessions else None

    @rx.event
    async def look(self, part: str, value: str = "", minute: str = "") -> EventSpec | None:
        """Show the people behind a number: the address says so."""
        if not await self._may(*READERS):
            return None
        return rx.redirect(audience_address.address(self.session, str(part), str(value), str(minute)))

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page of people."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._people(schedule.current())

    def _choice(self, plan: Schedule, session: Session) -> SessionChoice:
        webinar = plan.webinars.get(session.webinar_id)
        title = texts.localised(webinar.definition.title, self.lang) if webinar else session.webinar_id
        return SessionChoice(session.session_id, title, session.opens_at.isoformat())

    async def _show(self, plan: Schedule, session: Session | None) -> None:
        self.summary, self.chart, self.minutes, self.outcomes, self.offers = Summary(), Chart(), [], [], []
        self.kinds, self.tenths, self.people, self.people_title = [], [], [], ""
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
            watching = await warehouse.get().run(audience.watching, session.session_id)
            kinds = await warehouse.get().run(audience.kinds, kinds_of(plan, session.webinar_id, desk.now()))
        except WarehouseError:
            self.complaint = self._text("away")
            return
        now = desk.now()
        self.seq, self.as_of = seq, now.isoformat()
        minutes = so_far(minutes, session.opens_at, now)
        self.chart, self.has_replay = drawn(minutes), any(m.replaying for m in minutes)
        self.minutes = [
            [m.minute, m.present, m.entered, m.dropped, m.chat_lines + m.questions, m.offer_shown, m.offer_clicked,
             m.form_submitted, m.replaying]
            for m in minutes
        ]  # fmt: skip
        self.summary = summarised(minutes, counts, watching, self.lang)
        self.minute_of = dict.fromkeys(MARKED, "") | {
            name: f"{minute.minute}" for name, minute in marked(minutes).items()
        }
        self.kinds = kind_rows(kinds, self.lang)
        self.tenths = tenth_bars(watching, self.lang)
        total = sum(count.leads for count in counts)
        self.outcomes = [self._bar(count, total) for count in counts]
        titles = {offer.offer_id: offer.title for offer in webinar.definition.offers} if webinar else {}
        self.offers = [
            OfferRow(
                o.offer_id,
                texts.localised(titles.get(o.offer_id, {}), self.lang) or o.offer_id,
                o.shown, o.clicked, o.submitted, percent(o.clicked_attended, o.attended, self.lang),
                percent(o.submitted_attended, o.attended, self.lang),
            )
            for o in offers
        ]  # fmt: skip
        await self._people(plan)

    def _bar(self, count: OutcomeCount, total: int) -> OutcomeBar:
        return OutcomeBar(
            count.outcome,
            self._outcome(count.outcome),
            count.leads,
            percent(count.leads, total, self.lang),
            f"{100 * count.leads / max(1, total):.2f}%",
        )

    def _outcome(self, outcome: str) -> str:
        key = f"studio.outcome.{outcome}"
        return texts.catalogue(self.lang).get(key) or self._text("audience.undecided")

    async def _people(self, plan: Schedule) -> None:
        behind = audience_address.behind(self.chosen)
        if behind is None:
            return
        start = (self.page_no - 1) * PAGE_SIZE
        try:
            asked = Asked(plan, self.session, behind, desk.now())
            found, total = await warehouse.get().run(people, asked, limit=PAGE_SIZE, offset=start)
        except WarehouseError:
            self.people, self.complaint = [], self._text("away")
            return
        self.people_title = self._title(behind)
        is_of_many = behind.part in audience.KIND_PARTS
        self.people = [self._person(one, plan.sessions.get(one.session_id) if is_of_many else None) for one in found]
        self.people_total, self.pages = total, max(1, -(-total // PAGE_SIZE))

    def _title(self, behind: SessionPart) -> str:
        """The number's name, and of which outcome, offer, kind, length or minute it is."""
        if behind.part == "outcome":
            return self._outcome(behind.value)
        name = texts.localised(BY_SLUG[METRIC_OF[behind.part]].label, self.lang)
        if behind.part in audience.KIND_PARTS:
            return f"{name} · {next((row.kind for row in self.kinds if row.slug == behind.value), '—')}"
        if behind.part == "tenth":
            return f"{name} · {next((bar.label for bar in self.tenths if bar.value == behind.value), '—')}"
        if behind.part in {"present", "dropped", "acting"}:
            return f"{name} · {clock(60 * behind.minute)}"
        offer = next((row.title for row in self.offers if row.offer_id == behind.value), "")
        return f"{name} · {offer}" if offer else name

    def _person(self, one: Attendee, session: Session | None) -> Person:
        return Person(
            one.lead_id,
            one.name or self._text("nameless"),
            self._outcome(one.outcome or "undecided"),
            clock(one.watched_seconds),
            clock(one.joined_at_seconds),
            clock(one.left_at_seconds),
            session.opens_at.isoformat() if session else "",
        )


def _begun(plan: Schedule) -> list[Session]:
    """Sessions somebody may have been in, newest first."""
    now = desk.now()
    begun = [s for s in plan.sessions.values() if s.status != "cancelled" and s.opens_at <= now]
    return sorted(begun, key=lambda s: s.opens_at, reverse=True)


PAGES = [
    Route("/studio/audience", lambda: audience_view.view(Audience), title="title.audience", on_load=Audience.opened)
]
