"""What the sources page shows, line by line: plain values, made from the warehouse's answers. No Reflex."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.dashboards import funnel_address
from app.shared import texts
from app.shared.numbers import decimal, percent
from domain.attribution import CREDIT
from domain.costs import Cost, Overlap, Spent, added
from domain.rounding import half_up
from warehouse.reads.funnel import FunnelSlice

PRICED = ("lead", "attended", "submitted")
"""Stages that have a price."""
STAGES = funnel_address.SLUGS
Campaigns = Mapping[str, Sequence[FunnelSlice]]
"""The funnels of a source's campaigns, by source."""


@dataclass(frozen=True)
class SourceCell:
    """How many of a source reached a stage, and the address of those people; "": they have none."""

    stage: str
    count: int
    href: str = ""


@dataclass(frozen=True)
class SourceRow:
    """One source: leads at every stage, the whole way in percent."""

    source: str
    href: str
    """The funnel of this source."""
    cells: list[SourceCell]
    whole: str


@dataclass(frozen=True)
class Price:
    """So many people, and what one of them cost, each currency by itself."""

    people: SourceCell
    each: str


@dataclass(frozen=True)
class PriceRow:
    """What a source or one of its campaigns cost; `prices` are of lead, attendee, form."""

    name: str
    is_part: bool
    spend: str
    prices: list[Price] = field(default_factory=list)


@dataclass(frozen=True)
class CreditRow:
    """One source's credit by every model, in conversions with two digits; `key` is the source as the log has it."""

    source: str
    key: str
    credits: list[str]
    has_people: list[bool]
    """Whether anybody is behind the credit of each model."""
    is_unattributed: bool


@dataclass(frozen=True)
class CostRow:
    """A cost that was imported."""

    key: str
    source: str
    campaign: str
    amount: str
    period: str
    overlap: str
    """Which other costs count the same days, too; "": none does."""


@dataclass(frozen=True)
class Credited:
    """Somebody behind a credit, and their part of it."""

    lead_id: str
    name: str
    at: str
    touches: str
    credit: str


@dataclass(frozen=True)
class Foreseen:
    """One line of a table of costs, and what would become of it."""

    number: int
    source: str
    campaign: str
    amount: str
    period: str
    fate: str
    overlap: str
    is_bad: bool


def source_rows(slices: Sequence[FunnelSlice], when: Mapping[str, str], language: str) -> list[SourceRow]:
    """The table of sources by stages."""
    return [_source_row(one, when, language) for one in slices]


def _source_row(one: FunnelSlice, when: Mapping[str, str], language: str) -> SourceRow:
    said, place = _place(one.slice, when)
    return SourceRow(
        one.slice or "—",
        funnel_address.address(said),
        [
            SourceCell(slug, one.counts[slug], funnel_address.address(said, stage=slug, **place))
            for slug in funnel_address.SLUGS
        ],
        percent(one.counts["submitted"], one.counts["touched"], language),
    )


def _place(source: str, when: Mapping[str, str], **more: str) -> tuple[dict[str, str], dict[str, str]]:
    """The funnel of a source in the same period, and the place of its people in it."""
    filters = {"source": source} if source else {"breakdown": "source"}
    return funnel_address.chosen({**filters, **when, **more}), {} if source else {"slice": funnel_address.SLICE}


def totals(rows: Sequence[SourceRow], language: str) -> SourceRow:
    """All sources together: the whole funnel, since everybody has exactly one source."""
    counts = {slug: sum(row.cells[place].count for row in rows) for place, slug in enumerate(STAGES)}
    cells = [SourceCell(slug, counts[slug]) for slug in STAGES]
    return SourceRow("", "", cells, percent(counts["submitted"], counts["touched"], language))


def price_rows(
    anyhow: Sequence[FunnelSlice],
    campaigns: Campaigns,
    spent: Mapping[tuple[str, str], Spent],
    when: Mapping[str, str],
    language: str,
) -> list[PriceRow]:
    """What each source and each of its campaigns cost; the last row is all of them together.

    People are those who did it in any order of stages (`anyhow`). A source's campaigns and the rest of it add up to
    the source; the sources add up to the last row.
    """
    blank = FunnelSlice("", dict.fromkeys(STAGES, 0))
    known = {one.slice: one for one in anyhow}
    sources = [*known, *sorted({source for source, _ in spent} - known.keys())]
    rows: list[PriceRow] = []
    for source in sources:
        own = {campaign: amounts for (name, campaign), amounts in spent.items() if name == source}
        whole = known.get(source, blank)
        rows.append(_priced(source or "—", added(own.values()), whole.counts, _hrefs(source, when), language))
        rows += _parts(whole, own, {one.slice: one for one in campaigns.get(source, ())}, when, language)
    everybody = {stage: sum(known[source].counts[stage] for source in known) for stage in PRICED}
    return [*rows, _priced("", added(spent.values()), everybody, {}, language)]


def _parts(
    whole: FunnelSlice,
    own: Mapping[str, Spent],
    found: Mapping[str, FunnelSlice],
    when: Mapping[str, str],
    language: str,
) -> list[PriceRow]:
    """The campaigns that cost something, and what of the source is in none of them."""
    named = sorted(name for name in own if name)
    if not named:
        return []
    blank = dict.fromkeys(STAGES, 0)
    counts = {name: found[name].counts if name in found else blank for name in named}
    left = {stage: whole.counts[stage] - sum(counts[name][stage] for name in named) for stage in PRICED}
    rows = [
        _priced(name, own[name], counts[name], _hrefs(whole.slice, when, name), language, is_part=True)
        for name in named
    ]
    rest = texts.translate(language, "studio.sources.rest")
    return [*rows, _priced(rest, own.get("", {}), left, {}, language, is_part=True)]


def _hrefs(source: str, when: Mapping[str, str], campaign: str = "") -> dict[str, str]:
    more = {"breakdown": "campaign"} if campaign else {}
    said, place = _place(source, when, mode="any", **more)
    if campaign:
        place = {"slice": f"{funnel_address.SLICE}{campaign}"}
    return {stage: funnel_address.address(said, stage=stage, **place) for stage in PRICED}


def _priced(
    name: str,
    spent: Spent,
    counts: Mapping[str, int],
    hrefs: Mapping[str, str],
    language: str,
    *,
    is_part: bool = False,
) -> PriceRow:
    prices = [
        Price(SourceCell(stage, counts[stage], hrefs.get(stage, "")), each(spent, counts[stage], language))
        for stage in PRICED
    ]
    return PriceRow(name, is_part, amounts(spent, language), prices)


def each(spent: Spent, people: int, language: str) -> str:
    """What one of them cost; «—» when money was spent and nobody came, "" when none was."""
    if not spent:
        return ""
    whole = {currency: int(half_up(Decimal(minor) / people)) for currency, minor in spent.items()} if people else {}
    return amounts(whole, language) or "—"


def amounts(spent: Spent, language: str) -> str:
    """Amounts side by side, each in its currency: 12 345,60 RUB + 5,00 USD."""
    return " + ".join(money(minor, currency, language) for currency, minor in sorted(spent.items()))


def money(minor: int, currency: str, language: str) -> str:
    """Hundredths as an amount and its currency: 12 345,60 RUB."""
    return f"{decimal(Decimal(minor) / 100, language, 2)}\N{NO-BREAK SPACE}{currency}"


def hundredths(credit: int, language: str) -> str:
    """Credit in conversions with two digits."""
    return decimal(Decimal(credit) / CREDIT, language, 2)


def cost_row(cost: Cost, overlap: Overlap | None, language: str) -> CostRow:
    """A cost as it is listed, and what it overlaps with."""
    amount = money(cost.minor, cost.currency, language)
    return CostRow(cost.key, cost.source, cost.campaign or "—", amount, period(cost), overlapped(overlap, language))


def overlapped(overlap: Overlap | None, language: str) -> str:
    """The costs that count the same days, by their periods and amounts; "": there are none."""
    if overlap is None:
        return ""
    named = [f"{period(cost)} ({money(cost.minor, cost.currency, language)})" for cost in overlap.oldest]
    said = texts.translate(language, "studio.sources.overlap.of_row", periods=", ".join(named))
    more = overlap.total - len(named)
    return said + (texts.translate(language, "studio.sources.overlap.more", count=more) if more else "")


def period(cost: Cost) -> str:
    """Its days, both included."""
    return f"{cost.since} … {cost.until}"
