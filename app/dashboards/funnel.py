"""/studio/funnel: how far people come, step by step, and who they are. Counts and people come from one definition."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any, cast

import reflex as rx

from app.dashboards import funnel_view
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk
from app.studio.choices import Choice
from app.studio.desk import READERS, Desk
from domain.funnel import STAGES
from domain.metrics import BY_SLUG
from domain.webinars import Schedule
from warehouse.interface import WarehouseError
from warehouse.reads import funnel, leads, studio
from warehouse.reads.funnel import Breakdown, FunnelFilter, FunnelSlice

PAGE_SIZE = 50
FILTERS = ("source", "partner_id", "webinar_id", "days")
BREAKDOWNS = ("", "source", "partner", "webinar")
PERIODS = ("7", "30", "90")
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Bar:
    """One stage: its count, shares in percent (of all, of the stage before) and the median time from the one before."""

    slug: str
    label: str
    definition: str
    count: int
    overall: str
    step: str
    width: str
    lost: int
    time: str


@dataclass(frozen=True)
class Row:
    """One slice of the breakdown: counts in the order of the stages, and the whole way in percent."""

    label: str
    counts: list[int]
    overall: str


@dataclass(frozen=True)
class Person:
    """Somebody behind a bar."""

    lead_id: str
    name: str
    source: str
    partner: str
    webinar: str
    at: str


class Funnel(Desk):
    """The funnel page."""

    bars: list[Bar] = []
    rows: list[Row] = []
    stages: list[str] = []
    chosen: dict[str, str] = dict.fromkeys(FILTERS, "")
    form_key: int = 0
    """Changes when the filters come from the address, so that the browser takes them."""
    breakdown: str = ""
    sources: list[Choice] = []
    partners: list[Choice] = []
    webinars: list[Choice] = []
    people: list[Person] = []
    stage: str = ""
    """The bar whose people are shown; "" none."""
    stage_label: str = ""
    is_lost: bool = False
    people_total: int = 0
    page_no: int = 1
    pages: int = 1

    @rx.event
    async def opened(self) -> None:
        """Show the whole funnel; the address may carry filters."""
        if not await self._may(*READERS):
            return
        query = self.router.url.query_parameters
        self.chosen = {name: query.get(name, "") for name in FILTERS}
        self.form_key += 1
        self.breakdown = query.get("breakdown", "") if query.get("breakdown", "") in BREAKDOWNS else ""
        await self._choices()
        await self._show()

    @rx.event
    async def narrow(self, typed: dict[str, Any]) -> None:
        """Filter, and break down."""
        if not await self._may(*READERS):
            return
        self.chosen = {name: str(typed.get(name) or "")[:200] for name in FILTERS}
        asked = str(typed.get("breakdown") or "")
        self.breakdown = asked if asked in BREAKDOWNS else ""
        await self._show()

    @rx.event
    async def look(self, stage: str, is_lost: bool) -> None:  # noqa: FBT001 - an event handler's arguments are positional
        """Show the people of a bar, or those who stopped before it."""
        if not await self._may(*READERS):
            return
        known = {one.slug for one in STAGES}
        self.stage, self.is_lost, self.page_no = stage if stage in known else "", bool(is_lost), 1
        await self._people()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page of people."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._people()

    async def _choices(self) -> None:
        plan = await schedule.refresh()
        self.sources = [Choice(source, source) for source in await warehouse.get().run(leads.sources)]
        self.partners = [
            Choice(p.partner_id, p.name or p.partner_id) for p in await warehouse.get().run(studio.partners)
        ]
        self.webinars = [
            Choice(w.webinar_id, texts.localised(w.definition.title, self.lang)) for w in plan.webinars.values()
        ]

    async def _show(self) -> None:
        self.stage, self.people, self.people_total = "", [], 0
        wanted = self._wanted()
        try:
            whole = await warehouse.get().run(funnel.funnel, wanted)
            slices = (
                await warehouse.get().run(funnel.funnel, wanted, cast("Breakdown", self.breakdown))
                if self.breakdown
                else []
            )
        except WarehouseError:
            self.bars, self.rows, self.complaint = [], [], self._text("away")
            return
        self.bars = _bars(whole[0], self.lang) if whole else []
        self.stages = [texts.localised(stage.label, self.lang) for stage in STAGES]
        self.rows = [
            Row(self._slice_label(one.slice), [one.counts[stage.slug] for stage in STAGES], _whole_way(one))
            for one in slices
        ]

    def _slice_label(self, value: str) -> str:
        choices = {"partner": self.partners, "webinar": self.webinars}.get(self.breakdown, [])
        label = next((choice.label for choice in choices if choice.value == value), value)
        return label or self._text("funnel.none")

    async def _people(self) -> None:
        self.stage_label = next((texts.localised(s.label, self.lang) for s in STAGES if s.slug == self.stage), "")
        if not self.stage:
            self.people, self.people_total = [], 0
            return
        start = (self.page_no - 1) * PAGE_SIZE
        try:
            page = await warehouse.get().run(
                funnel.people, self._wanted(), self.stage, is_lost=self.is_lost, limit=PAGE_SIZE, offset=start
            )
        except WarehouseError:
            self.people, self.complaint = [], self._text("away")
            return
        self.people = [self._person(person, schedule.current()) for person in page.rows]
        self.people_total, self.pages = page.total, max(1, -(-page.total // PAGE_SIZE))

    def _person(self, person: funnel.FunnelPerson, plan: Schedule) -> Person:
        webinar = plan.webinars.get(person.webinar_id or "")
        partners = {choice.value: choice.label for choice in self.partners}
        return Person(
            lead_id=person.lead_id or "",
            name=person.name or self._text("nameless" if person.lead_id else "funnel.visitor"),
            source=person.source or "—",
            partner=partners.get(person.partner_id or "", "—"),
            webinar=texts.localised(webinar.definition.title, self.lang) if webinar else "—",
            at=person.at.isoformat(),
        )

    def _wanted(self) -> FunnelFilter:
        days = self.chosen["days"]
        since = desk.now() - dtm.timedelta(days=int(days)) if days in PERIODS else funnel.BEGINNING
        return FunnelFilter(self.chosen["source"], self.chosen["partner_id"], self.chosen["webinar_id"], since)


def _bars(whole: FunnelSlice, language: str) -> list[Bar]:
    first = max(1, whole.counts[STAGES[0].slug])
    before, bars = None, []
    for stage in STAGES:
        count = whole.counts[stage.slug]
        seconds = whole.median_seconds.get(stage.slug)
        bars.append(
            Bar(
                slug=stage.slug,
                label=texts.localised(stage.label, language),
                definition=_definition(stage.slug, language),
                count=count,
                overall=_percent(count, first),
                step="" if before is None else _percent(count, before),
                width=f"{100 * count / first:.2f}%",
                lost=0 if before is None else before - count,
                time="" if seconds is None else span(seconds, language),
            )
        )
        before = count
    return bars


def _definition(slug: str, language: str) -> str:
    key = f"studio.funnel.is.{slug}"
    if key in texts.catalogue(language):
        return texts.translate(language, key)
    return texts.localised(BY_SLUG[slug].definition, language)


def _whole_way(one: FunnelSlice) -> str:
    return _percent(one.counts[STAGES[-1].slug], one.counts[STAGES[0].slug])


def _percent(part: int, whole: int) -> str:
    if not whole:
        return "—"
    share = 100 * part / whole
    digits = 0 if share >= 10 or share == 0 else 1  # noqa: PLR2004 - two digits are enough
    return f"{share:.{digits}f}\N{NO-BREAK SPACE}%"


def span(seconds: float, language: str) -> str:
    """A length of time in one unit: seconds, minutes, hours or days."""
    for unit, size in (("days", DAY_SECONDS), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return texts.translate(language, f"studio.span.{unit}", number=round(seconds / size))
    return texts.translate(language, "studio.span.seconds", number=round(seconds))


PAGES = [Route("/studio/funnel", lambda: funnel_view.view(Funnel), title="title.funnel", on_load=Funnel.opened)]
