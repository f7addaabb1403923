"""/studio/funnel: how far people come, step by step, and who they are. Counts and people come from one query.

Everything that is chosen stands in the address, so that a view can be shared and the browser's back button works.
"""

import dataclasses
import datetime as dtm
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.dashboards import funnel_address, funnel_view
from app.dashboards.funnel_address import FILTERS, SLICE, SLUGS
from app.shared import schedule, texts, warehouse
from app.shared.numbers import decimal, percent
from app.shared.route import Route
from app.studio import desk
from app.studio.choices import Choice, partners_by_name
from app.studio.desk import READERS, Desk
from app.studio.measures import span
from domain.funnel import MODES, STAGES
from domain.metrics import BY_SLUG
from domain.webinars import Schedule
from warehouse.interface import WarehouseError
from warehouse.reads import funnel, leads
from warehouse.reads.funnel import Duration, FunnelSlice, FunnelTimes, FunnelWhole
from warehouse.reads.partners import names as partner_names
from warehouse.reads.reaction import last_seq

PAGE_SIZE = 50


@dataclass(frozen=True)
class Bar:
    """One stage: its count, shares in percent (of all, of the stage before), how long the step took, the comparison."""

    slug: str
    label: str
    definition: str
    count: int
    overall: str
    step: str
    width: str
    lost: int
    time: str
    before: str
    """The count of the period before, with the change; "" without a comparison."""
    before_width: str


@dataclass(frozen=True)
class Cell:
    """One number of the breakdown, and the stage it stands for."""

    stage: str
    count: int


@dataclass(frozen=True)
class Row:
    """One slice of the breakdown: counts in the order of the stages, and the whole way in percent."""

    value: str
    label: str
    cells: list[Cell]
    overall: str
    still_open: int


@dataclass(frozen=True)
class Bucket:
    """One bar of the histogram."""

    number: str
    label: str
    people: int
    width: str


@dataclass(frozen=True)
class Person:
    """Somebody behind a number."""

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
    buckets: list[Bucket] = []
    way: str = ""
    """How long the way to `way_stage` took, in words."""
    way_stage: str = ""
    way_slug: str = ""
    still_open: int = 0
    chosen: dict[str, str] = funnel_address.chosen({})
    form_key: int = 0
    """Changes when the filters come from the address, so that the browser takes them."""
    sources: list[Choice] = []
    partners: list[Choice] = []
    webinars: list[Choice] = []
    people: list[Person] = []
    people_title: str = ""
    people_total: int = 0
    page_no: int = 1
    pages: int = 1
    as_of: str = ""
    seq: int = -1
    """Up to which fact the numbers go."""

    @rx.var
    def is_nested(self) -> bool:
        """Stages are parts of one another: they have steps between them."""
        return self.chosen["mode"] != "any"

    @rx.var
    def is_compared(self) -> bool:
        """Another period stands beside the chosen one."""
        return any(bar.before for bar in self.bars)

    @rx.var
    def is_uneven(self) -> bool:
        """Who came in the period before has had more time: without a window it looks better than it was."""
        return bool(self.chosen["compare"]) and not self.chosen["window"]

    @rx.var
    def narrowed(self) -> int:
        """How many filters are in use besides the period and the zone of its days."""
        usual = {"days": self.chosen["days"], "mode": MODES[0], "zone": self.chosen["zone"]}
        return sum(self.chosen[name] not in {"", usual.get(name, "")} for name in FILTERS)

    @rx.var
    def is_filtered(self) -> bool:
        """A period or another filter is set: that nobody is there may be its fault."""
        return self.narrowed > 0 or bool(self.chosen["days"])

    @rx.var
    def files(self) -> str:
        """The end of the address of the files with the people shown."""
        return funnel_address.query_of(self.chosen)

    @rx.event
    async def opened(self) -> None:
        """Show what the address asks for."""
        if not await self._may(*READERS):
            return
        query = self.router.url.query_parameters
        self.chosen = funnel_address.chosen(query)
        self.form_key += 1
        self.page_no = 1
        await self._choices()
        await self._show()

    @rx.event
    async def narrow(self, typed: dict[str, Any]) -> EventSpec | None:
        """Filter, and break down: the address says so."""
        if not await self._may(*READERS):
            return None
        return rx.redirect(
            funnel_address.address(funnel_address.chosen({name: str(typed.get(name) or "") for name in FILTERS}))
        )

    @rx.event
    async def look(self, stage: str, lost: str = "", took: str = "") -> EventSpec | None:
        """Show the people of a bar, of those who stopped before it, or of a bar of the histogram."""
        if not await self._may(*READERS):
            return None
        said = {**self.chosen, "stage": stage, "lost": lost, "took": took, "slice": ""}
        return rx.redirect(funnel_address.address(funnel_address.chosen(said)))

    @rx.event
    async def look_into(self, stage: str, value: str) -> EventSpec | None:
        """Show the people behind one number of the breakdown."""
        if not await self._may(*READERS):
            return None
        said = funnel_address.chosen(
            {**self.chosen, "stage": stage, "lost": "", "took": "", "slice": f"{SLICE}{value}"}
        )
        return rx.redirect(funnel_address.address(said))

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page of people."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._people()

    @rx.event
    async def beat(self) -> None:
        """Count again when the log has grown; the page asks every few seconds while it can be seen."""
        if not await self._still(*READERS):
            return
        try:
            newest = await warehouse.get().run(last_seq)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        if newest != self.seq:
            await self._show()

    async def _choices(self) -> None:
        plan = await schedule.refresh()
        self.sources = [Choice(source, source) for source in await warehouse.get().run(leads.sources)]
        self.partners = partners_by_name(await warehouse.get().run(partner_names))
        self.webinars = [
            Choice(w.webinar_id, texts.localised(w.definition.title, self.lang)) for w in plan.webinars.values()
        ]

    async def _show(self) -> None:
        now = desk.now()
        wanted = funnel_address.wanted(self.chosen, now)
        plain = dataclasses.replace(wanted, breakdown="")
        run = warehouse.get().run
        try:
            seq = await run(last_seq)
            whole = await run(funnel.whole, plain)
            slices = await run(funnel.funnel, wanted) if wanted.breakdown else []
            earlier = await self._earlier(plain, now)
            await self._histogram(plain, whole)
        except WarehouseError:
            self.bars, self.rows, self.complaint = [], [], self._text("away")
            return
        self.seq, self.as_of = seq, now.isoformat()
        is_nested = wanted.mode != "any"
        self.bars = bars(whole.counts, whole.times, earlier, self.lang, is_nested=is_nested) if whole else []
        self.still_open = whole.counts.still_open if whole else 0
        self.rows = [self._row(one) for one in slices]
        await self._people()

    async def _earlier(self, plain: funnel.FunnelFilter, now: dtm.datetime) -> FunnelSlice | None:
        period = funnel_address.before(self.chosen, now)
        if period is None:
            return None
        found = await warehouse.get().run(funnel.funnel, dataclasses.replace(plain, since=period[0], until=period[1]))
        return found[0] if found else FunnelSlice("", dict.fromkeys(SLUGS, 0))

    async def _histogram(self, plain: funnel.FunnelFilter, whole: FunnelWhole | None) -> None:
        """Of the stage that is looked at, else of the furthest that anybody reached."""
        reached = [slug for slug in SLUGS[1:] if whole and whole.counts.counts[slug]]
        stage = self.chosen["stage"] if self.chosen["stage"] in reached else (reached or [""])[-1]
        self.way_slug, self.buckets, self.way = stage, [], ""
        if not stage or whole is None:
            return
        self.way_stage = _label(stage, self.lang)
        self.way = self._took(whole.times.ways[stage])
        counts = await warehouse.get().run(funnel.histogram, plain, stage)
        most = max(1, *counts)
        self.buckets = [
            Bucket(f"{number}", self._between(number), people, f"{100 * people / most:.2f}%")
            for number, people in enumerate(counts)
            if people
        ]

    def _between(self, number: int) -> str:
        edges = funnel.EDGES
        if number + 1 == len(edges):
            return self._text("funnel.longer", begin=span(edges[-1], self.lang))
        if number == 0:
            return self._text("funnel.shorter", end=span(edges[1], self.lang))
        return f"{span(edges[number], self.lang)} – {span(edges[number + 1], self.lang)}"

    def _took(self, took: Duration) -> str:
        if took.median is None or took.p90 is None:
            return ""
        return self._text("funnel.took", median=span(took.median, self.lang), p90=span(took.p90, self.lang))

    def _row(self, one: FunnelSlice) -> Row:
        cells = [Cell(slug, one.counts[slug]) for slug in SLUGS]
        overall = percent(one.counts[SLUGS[-1]], one.counts[SLUGS[0]], self.lang)
        return Row(one.slice, self._slice_label(one.slice), cells, overall, one.still_open)

    def _slice_label(self, value: str) -> str:
        choices = {"partner": self.partners, "webinar": self.webinars}.get(self.chosen["breakdown"], [])
        label = next((choice.label for choice in choices if choice.value == value), value)
        return label or self._text("funnel.none")

    async def _people(self) -> None:
        behind = funnel_address.behind(self.chosen)
        if behind is None:
            self.people, self.people_total, self.people_title = [], 0, ""
            return
        self.people_title = _label(behind.stage, self.lang)
        if behind.is_lost:
            stage = texts.translate(self.lang, "common.quoted", text=self.people_title)
            self.people_title = f"{self._text('funnel.stopped_before')} {stage}"
        if behind.slice is not None:
            self.people_title += f" · {self._slice_label(behind.slice)}"
        if self.chosen["took"]:
            self.people_title += f" · {self._between(int(self.chosen['took']))}"
        wanted = funnel_address.wanted(self.chosen, desk.now())
        start = (self.page_no - 1) * PAGE_SIZE
        try:
            page = await warehouse.get().run(funnel.people, wanted, behind, limit=PAGE_SIZE, offset=start)
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


def bars(
    whole: FunnelSlice, times: FunnelTimes, earlier: FunnelSlice | None, language: str, *, is_nested: bool
) -> list[Bar]:
    """The bars; those of a funnel in any order are no parts of one another, so they have no steps."""
    first = max(1, whole.counts[SLUGS[0]], earlier.counts[SLUGS[0]] if earlier else 0)
    ahead, found = None, []
    for slug in SLUGS:
        count, took = whole.counts[slug], times.steps.get(slug, Duration())
        is_step = is_nested and ahead is not None
        found.append(
            Bar(
                slug=slug,
                label=_label(slug, language),
                definition=texts.localised(BY_SLUG[slug].definition, language),
                count=count,
                overall=percent(count, whole.counts[SLUGS[0]], language),
                step=percent(count, ahead or 0, language) if is_step else "",
                width=f"{100 * count / first:.2f}%",
                lost=(ahead or 0) - count if is_step else 0,
                time=_time(took, language) if is_step else "",
                before=_change(count, earlier.counts[slug], language) if earlier else "",
                before_width=f"{100 * earlier.counts[slug] / first:.2f}%" if earlier else "0%",
            )
        )
        ahead = count
    return found


def _time(took: Duration, language: str) -> str:
    if took.median is None or took.p90 is None:
        return ""
    if not took.p90:
        return texts.translate(language, "studio.funnel.at_once")
    return f"~ {span(took.median, language)} · p90 {span(took.p90, language)}"


def _change(count: int, earlier: int, language: str) -> str:
    """The earlier count and how far this one is from it."""
    if not earlier:
        return f"{earlier}"
    sign = "+" if count > earlier else "\N{MINUS SIGN}" if count < earlier else ""
    return f"{decimal(earlier, language)} · {sign}{percent(abs(count - earlier), earlier, language)}"


def _label(slug: str, language: str) -> str:
    return next(texts.localised(stage.label, language) for stage in STAGES if stage.slug == slug)


PAGES = [Route("/studio/funnel", lambda: funnel_view.view(Funnel), title="title.funnel", on_load=Funnel.opened)]
