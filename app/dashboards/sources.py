"""/studio/sources: what each source brought and cost, and how five models of attribution would share the credit.

Period, conversion and the credit whose people are shown stand in the address, so that a view can be shared.
"""

import dataclasses
import datetime as dtm
from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.access import journal
from app.dashboards import cost_drafts, funnel_address, sources_address, sources_view
from app.dashboards.sources_rows import (
    CostRow,
    Credited,
    CreditRow,
    Foreseen,
    PriceRow,
    SourceRow,
    cost_row,
    hundredths,
    money,
    price_rows,
    source_rows,
    totals,
)
from app.settings import Settings
from app.shared import texts, warehouse
from app.shared.route import Route
from app.studio import desk
from app.studio.desk import MARKETERS, READERS, Desk
from domain import costs
from domain.attribution import MODELS, UNATTRIBUTED, shared
from domain.costs import BadRow, Cost, CostError, Line, Overlap
from domain.metrics import BY_SLUG
from warehouse.interface import WarehouseError
from warehouse.reads import funnel, sources
from warehouse.reads.funnel import FunnelFilter, FunnelSlice
from warehouse.reads.reaction import last_seq

PAGE_SIZE = 50
MAX_CSV = 1_000_000
MOST_FORESEEN = 100


class Sources(Desk):
    """The sources page."""

    rows: list[SourceRow] = []
    whole: SourceRow = SourceRow("", "", [], "")
    prices: list[PriceRow] = []
    credit_rows: list[CreditRow] = []
    totals: list[str] = []
    converted: int = 0
    cost_rows: list[CostRow] = []
    overlap: str = ""
    """How many of the costs share days with others; "": none does."""
    chosen: dict[str, str] = sources_address.chosen({})
    people: list[Credited] = []
    people_title: str = ""
    people_total: int = 0
    people_credit: str = ""
    page_no: int = 1
    pages: int = 1
    typed: str = ""
    foreseen: list[Foreseen] = []
    is_uploaded: bool = False
    """The table looked at came as a file: what it would change stands first on the page."""
    lines: int = 0
    bad: int = 0
    overlap_foreseen: str = ""
    """How many lines would share days with other costs."""
    currency: str = ""
    as_of: str = ""
    seq: int = -1
    """Up to which fact the numbers go."""
    form_key: int = 0

    @rx.var
    def files(self) -> str:
        """The end of the address of the files with the people shown."""
        return sources_address.query_of(self.chosen)

    @rx.var
    def is_of_a_period(self) -> bool:
        """A period is chosen: that nothing is there may be its fault."""
        return any(self.chosen[name] for name in ("days", "since", "until"))

    @rx.event
    async def opened(self) -> None:
        """Show what the address asks for: the numbers, the people of a credit, a file of costs before it is taken."""
        account = await self._may(*READERS)
        if account is None:
            return
        query = self.router.url.query_parameters
        self.chosen, self.page_no = sources_address.chosen(query), 1
        self.currency = Settings().currency
        self.typed, self.foreseen, self.lines, self.bad, self.overlap_foreseen = "", [], 0, 0, ""
        self.form_key += 1
        await self._show()
        if problem := query.get("problem", ""):
            self.complaint = texts.catalogue(self.lang).get(f"studio.sources.bad.{problem}", "")
        draft = cost_drafts.find(query.get("draft", ""), account.email, desk.now())
        self.is_uploaded = draft is not None
        if draft:
            await self._foresee(draft.text)

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

    @rx.event
    async def narrow(self, typed: dict[str, Any]) -> EventSpec | None:
        """Choose a period and a conversion; both stand in the address, so that the page can be shared."""
        if not await self._may(*READERS):
            return None
        said = {name: str(typed.get(name) or "") for name in sources_address.FILTERS}
        return rx.redirect("/studio/sources" + sources_address.query_of(sources_address.chosen(said)))

    @rx.event
    async def look_into(self, model: str, source: str) -> EventSpec | None:
        """Show the people behind one credit: the address says so."""
        if not await self._may(*READERS):
            return None
        said = {**self.chosen, "model": str(model), "source": f"{sources_address.MARK}{source}"}
        return rx.redirect("/studio/sources" + sources_address.query_of(sources_address.chosen(said)))

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page of people."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._people(desk.now())

    @rx.event
    async def look_at_costs(self, typed: dict[str, Any]) -> None:
        """Say line by line what a table of costs would change; nothing is kept."""
        if await self._may(*MARKETERS):
            self.is_uploaded = False
            await self._foresee(str(typed.get("csv") or "")[:MAX_CSV])

    @rx.event
    async def take_costs(self) -> None:
        """Import the costs that were looked at: all rows or none."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        currency = Settings().currency
        try:
            found = costs.parse(self.typed, currency)
            await warehouse.get().run(sources.keep_costs, found, currency, by=account.email)
            about = ", ".join(sorted({cost.told for cost in found}))[:300]
            await warehouse.get().run(journal.note, "costs_kept", account.email, now=desk.now(), about=about)
            told = costs.overlapping(await warehouse.get().run(sources.costs, currency))
        except CostError:
            await self._foresee(self.typed)
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.typed, self.foreseen, self.lines, self.bad, self.overlap_foreseen = "", [], 0, 0, ""
        self.form_key += 1
        await self._show()
        shared_days = self._overlaps("taken", sum(cost.key in told for cost in found))
        self.notice = " ".join(filter(None, [self._text("sources.taken", count=len(found)), shared_days]))

    @rx.event
    async def drop_cost(self, key: str) -> None:
        """Forget a cost."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        dropped = await warehouse.get().run(sources.drop_cost, str(key), Settings().currency)
        if dropped:
            about = dropped.told[:300]
            await warehouse.get().run(journal.note, "cost_dropped", account.email, now=desk.now(), about=about)
        await self._show()

    async def _foresee(self, text: str) -> None:
        self.typed, self.foreseen, self.lines, self.bad, self.overlap_foreseen = text, [], 0, 0, ""
        self.form_key += 1
        currency = Settings().currency
        try:
            imported = await warehouse.get().run(sources.costs, currency)
            lines = costs.read(text, currency)
        except CostError as error:
            imported = []
            lines = [Line(row.line, None, row) for row in error.rows]
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.lines, self.bad = len(lines), sum(line.wrong is not None for line in lines)
        if self.bad:
            self.complaint = self._text("sources.refused", count=self.bad)
        told = costs.overlapping([*imported, *(line.cost for line in lines if line.cost)])
        shared_days = {line.number for line in lines if line.cost and line.cost.key in told}
        self.overlap_foreseen = self._overlaps("foreseen", len(shared_days))
        first = sorted(lines, key=lambda line: (line.wrong is None, line.number not in shared_days, line.number))
        kept = {cost.key: cost for cost in imported}
        self.foreseen = [self._line(line, kept, told) for line in first[:MOST_FORESEEN]]

    def _overlaps(self, where: str, count: int) -> str:
        return self._text(f"sources.overlap.{where}", count=count) if count else ""

    def _line(self, line: Line, kept: Mapping[str, Cost], told: Mapping[str, Overlap]) -> Foreseen:
        if line.cost is None:
            return Foreseen(line.number, "—", "", "—", "—", self._wrong(line.wrong), "", is_bad=True)
        cost, before = line.cost, kept.get(line.cost.key)
        if before is None:
            fate = self._text("sources.fate.new")
        elif before.minor == cost.minor:
            fate = self._text("sources.fate.same")
        else:
            fate = self._text("sources.fate.replaces", amount=money(before.minor, before.currency, self.lang))
        shown = cost_row(cost, told.get(cost.key), self.lang)
        return Foreseen(
            line.number, cost.source, shown.campaign, shown.amount, shown.period, fate, shown.overlap, is_bad=False
        )

    def _wrong(self, bad: BadRow | None) -> str:
        return self._text(f"sources.bad.{bad.code}", text=bad.text) if bad else ""

    async def _show(self) -> None:
        now = desk.now()
        since, until = funnel_address.period(self.chosen, now)
        when = {name: self.chosen[name] for name in sources_address.PERIOD}
        run = warehouse.get().run
        try:
            seq = await run(last_seq)
            wanted = FunnelFilter(since=since, until=until, breakdown="source")
            slices = await run(funnel.funnel, wanted)
            anyhow = await run(funnel.funnel, dataclasses.replace(wanted, mode="any"))
            paths = await run(sources.paths, since, min(until, now))
            imported = await run(sources.costs, Settings().currency)
            spent = costs.falling_into(imported, *sources_address.cost_days(self.chosen, now))
            campaigns = await self._campaigns(wanted, sorted({source for source, campaign in spent if campaign}))
        except WarehouseError:
            self.rows, self.prices, self.credit_rows, self.complaint = [], [], [], self._text("away")
            return
        self.seq, self.as_of = seq, now.isoformat()
        self.rows = source_rows(slices, when, self.lang)
        self.whole = totals(self.rows, self.lang)
        self.prices = price_rows(anyhow, campaigns, spent, when, self.lang)
        self._share(paths[self.chosen["conversion"]])
        told = costs.overlapping(imported)
        self.overlap = self._overlaps("kept", len(told))
        self.cost_rows = [cost_row(cost, told.get(cost.key), self.lang) for cost in reversed(imported)]
        await self._people(now)

    async def _campaigns(self, period: FunnelFilter, named: Sequence[str]) -> dict[str, list[FunnelSlice]]:
        """The funnels of the campaigns of the sources that have costs by campaign."""
        wanted = dataclasses.replace(period, breakdown="campaign", mode="any")
        return {
            source: await warehouse.get().run(funnel.funnel, dataclasses.replace(wanted, source=source))
            for source in named
        }

    def _share(self, paths: Mapping[tuple[str, ...], int]) -> None:
        self.converted = sum(paths.values())
        models = [shared(paths, model) for model in MODELS]
        names = sorted(
            {name for model in models for name in model} - {UNATTRIBUTED}, key=lambda n: -models[0].get(n, 0)
        )
        self.credit_rows = [
            CreditRow(
                self._text("sources.unattributed") if name == UNATTRIBUTED else name,
                name,
                [hundredths(model.get(name, 0), self.lang) for model in models],
                [model.get(name, 0) > 0 for model in models],
                name == UNATTRIBUTED,
            )
            for name in ([*names, UNATTRIBUTED] if paths else [])
        ]
        self.totals = [hundredths(sum(model.values()), self.lang) for model in models]

    async def _people(self, now: dtm.datetime) -> None:
        self.people, self.people_title = [], ""
        wanted = sources_address.credit(self.chosen)
        if wanted is None:
            return
        since, until = funnel_address.period(self.chosen, now)
        start, end = (self.page_no - 1) * PAGE_SIZE, min(until, now)
        try:
            found = await warehouse.get().run(sources.credited, since, end, wanted, limit=PAGE_SIZE, offset=start)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        name = self._text("sources.unattributed") if wanted.source == UNATTRIBUTED else wanted.source
        model = texts.localised(BY_SLUG[f"credit_{wanted.model}"].label, self.lang)
        self.people_title = f"{name or '—'} · {model} · {self._text(f'sources.of_{wanted.conversion}')}"
        self.people_total, self.people_credit = found.total, hundredths(found.credit, self.lang)
        self.pages = max(1, -(-found.total // PAGE_SIZE))
        self.people = [
            Credited(
                one.lead_id,
                one.name or self._text("nameless"),
                one.at.isoformat(),
                " → ".join(one.path) or "—",
                hundredths(one.credit, self.lang),
            )
            for one in found.rows
        ]


PAGES = [Route("/studio/sources", lambda: sources_view.view(Sources), title="title.sources", on_load=Sources.opened)]
