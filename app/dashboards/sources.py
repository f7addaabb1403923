"""/studio/sources: what each source brought and cost, and how five models of attribution would share the credit."""

import dataclasses
import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from app.access import journal
from app.dashboards import funnel_address, sources_view
from app.dashboards.shown import percent
from app.shared import warehouse
from app.shared.route import Route
from app.studio import desk
from app.studio.desk import MARKETERS, READERS, Desk
from domain import costs
from domain.attribution import CREDIT, MODELS, UNATTRIBUTED, shared
from domain.costs import Cost, CostError
from domain.funnel import STAGES
from warehouse.interface import WarehouseError
from warehouse.reads import funnel, sources
from warehouse.reads.funnel import FunnelFilter, FunnelSlice
from warehouse.reads.reaction import last_seq
from warehouse.reads.sources import CONVERSIONS

PERIODS = ("7", "30", "90")
MAX_CSV = 200_000
MOST_COMPLAINTS = 10
EPOCH, FOREVER = dtm.date(1970, 1, 1), dtm.date(9999, 1, 1)


@dataclass(frozen=True)
class SourceCell:
    """How many of a source reached a stage, and the address of those people."""

    stage: str
    count: int
    href: str


@dataclass(frozen=True)
class SourceRow:
    """One source: leads at every stage, the whole way in percent, and what it cost; "" where nothing was imported."""

    source: str
    href: str
    """The funnel of this source."""
    cells: list[SourceCell]
    whole: str
    cost: str
    per_lead: str
    per_attendee: str
    per_form: str


@dataclass(frozen=True)
class CreditRow:
    """One source's credit by every model, in conversions with two digits."""

    source: str
    credits: list[str]
    is_unattributed: bool


@dataclass(frozen=True)
class CostRow:
    """A cost that was imported."""

    key: str
    source: str
    amount: str
    period: str


class Sources(Desk):
    """The sources page."""

    rows: list[SourceRow] = []
    credit_rows: list[CreditRow] = []
    totals: list[str] = []
    converted: int = 0
    cost_rows: list[CostRow] = []
    days: str = ""
    conversion: str = "lead"
    typed: str = ""
    wrong: list[str] = []
    """What is wrong with the file, a sentence a line of it."""
    as_of: str = ""
    seq: int = -1
    """Up to which fact the numbers go."""
    form_key: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show what the address asks for."""
        if not await self._may(*READERS):
            return
        query = self.router.url.query_parameters
        self.days = query.get("days", "") if query.get("days", "") in PERIODS else ""
        self.conversion = query.get("conversion", "") if query.get("conversion", "") in CONVERSIONS else "lead"
        self.wrong, self.typed = [], ""
        self.form_key += 1
        await self._show()

    @rx.event
    async def beat(self) -> None:
        """Count again when the log has grown; the page asks every few seconds while it can be seen."""
        if not await self._may(*READERS):
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
        chosen = {name: str(typed.get(name) or "")[:20] for name in ("days", "conversion")}
        return rx.redirect("/studio/sources?" + urlencode({name: value for name, value in chosen.items() if value}))

    @rx.event
    async def take_costs(self, typed: dict[str, Any]) -> None:
        """Import costs: all rows or none."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        self.typed, self.wrong = str(typed.get("csv") or "")[:MAX_CSV], []
        try:
            found = costs.parse(self.typed)
        except CostError as error:
            self.wrong = [
                self._text("sources.wrong", line=bad.line, what=self._text(f"sources.bad.{bad.code}", text=bad.text))
                for bad in error.rows[:MOST_COMPLAINTS]
            ]
            self.complaint = self._text("sources.refused", count=len(error.rows))
            return
        try:
            await warehouse.get().run(sources.keep_costs, found, by=account.email)
            about = ", ".join(sorted({cost.key for cost in found}))[:300]
            await warehouse.get().run(journal.note, "costs_kept", account.email, now=desk.now(), about=about)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.typed = ""
        self.form_key += 1
        await self._show()
        self.notice = self._text("sources.taken", count=len(found))

    @rx.event
    async def drop_cost(self, key: str) -> None:
        """Forget a cost."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        await warehouse.get().run(sources.drop_cost, str(key))
        about = str(key)[:300]
        await warehouse.get().run(journal.note, "cost_dropped", account.email, now=desk.now(), about=about)
        await self._show()

    async def _show(self) -> None:
        now = desk.now()
        since = now - dtm.timedelta(days=int(self.days)) if self.days else funnel.BEGINNING
        try:
            seq = await warehouse.get().run(last_seq)
            wanted = FunnelFilter(since=since, breakdown="source")
            slices = await warehouse.get().run(funnel.funnel, wanted)
            anyhow = await warehouse.get().run(funnel.funnel, dataclasses.replace(wanted, mode="any"))
            paths = await warehouse.get().run(sources.paths, since, now)
            imported = await warehouse.get().run(sources.costs)
        except WarehouseError:
            self.rows, self.credit_rows, self.complaint = [], [], self._text("away")
            return
        self.seq, self.as_of = seq, now.isoformat()
        spent = costs.falling_into(imported, since.date() if self.days else EPOCH, now.date() if self.days else FOREVER)
        self.rows = source_rows(slices, anyhow, spent, self.days)
        self._share(paths[self.conversion])
        self.cost_rows = [_cost_row(cost) for cost in reversed(imported)]

    def _share(self, paths: Mapping[tuple[str, ...], int]) -> None:
        self.converted = sum(paths.values())
        models = [shared(paths, model) for model in MODELS]
        names = sorted(
            {name for model in models for name in model} - {UNATTRIBUTED}, key=lambda n: -models[0].get(n, 0)
        )
        self.credit_rows = [
            CreditRow(
                self._text("sources.unattributed") if name == UNATTRIBUTED else name,
                [_hundredths(model.get(name, 0)) for model in models],
                name == UNATTRIBUTED,
            )
            for name in ([*names, UNATTRIBUTED] if paths else [])
        ]
        self.totals = [_hundredths(sum(model.values())) for model in models]


def source_rows(
    slices: list[FunnelSlice], anyhow: list[FunnelSlice], spent: Mapping[str, int], days: str
) -> list[SourceRow]:
    """The table of sources; a source that only cost something has its row too.

    Prices are over `anyhow`: people who did it in any order of stages, with Telegram or not.
    """
    blank = FunnelSlice("", dict.fromkeys((stage.slug for stage in STAGES), 0))
    known = {one.slice: one for one in slices}
    all_of = {one.slice: one.counts for one in anyhow}
    return [
        _source_row(name, known.get(name, blank), all_of.get(name, blank.counts), spent.get(name), days)
        for name in [*known, *sorted(name for name in spent if name not in known)]
    ]


def _source_row(name: str, one: FunnelSlice, anyhow: Mapping[str, int], spent: int | None, days: str) -> SourceRow:
    counts = one.counts
    filters = {"source": name} if name else {"breakdown": "source"}
    said = funnel_address.chosen({**filters, "days": days})
    place = {} if name else {"slice": funnel_address.SLICE}
    return SourceRow(
        name or "—",
        funnel_address.address(said),
        [
            SourceCell(slug, counts[slug], funnel_address.address(said, stage=slug, **place))
            for slug in funnel_address.SLUGS
        ],
        percent(counts["submitted"], counts["touched"]),
        "" if spent is None else money(spent),
        *(_each(spent, anyhow[stage]) for stage in ("lead", "attended", "submitted")),
    )


def _each(spent: int | None, people: int) -> str:
    """What one of them cost; «—» when money was spent and nobody came."""
    if spent is None:
        return ""
    return money(round(spent / people)) if people else "—"


def money(minor: int) -> str:
    """Hundredths as an amount with thin spaces: 12 345.60."""
    return f"{minor / 100:,.2f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _hundredths(credit: int) -> str:
    return f"{credit // CREDIT}.{credit % CREDIT:02}"


def _cost_row(cost: Cost) -> CostRow:
    return CostRow(cost.key, cost.source, money(cost.minor), f"{cost.since} … {cost.until}")


PAGES = [Route("/studio/sources", lambda: sources_view.view(Sources), title="title.sources", on_load=Sources.opened)]
