"""What advertising cost: rows of a CSV file, checked, and how much of them falls into a period. Pure.

Amounts are integers in hundredths of their currency. Nothing here ever adds amounts of two currencies.
"""

import csv
import datetime as dtm
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

REQUIRED = ("source", "amount", "since", "until")
OPTIONAL = ("campaign", "currency")
IN_RUSSIAN = {
    "источник": "source",
    "кампания": "campaign",
    "сумма": "amount",
    "валюта": "currency",
    "с": "since",
    "по": "until",
}
"""Columns may be called so, too."""
MAX_ROWS = 5_000
MAX_AMOUNT = Decimal(10) ** 12
MAX_NAME = 200
MOST_NAMED = 3
"""So many of the costs it overlaps with are named beside a cost; the others are counted."""
CURRENCY = re.compile(r"[A-Z]{3}")
AMOUNT = re.compile(r"[0-9]+([.,][0-9]{1,2})?")
"""Three digits after the sign are refused: in «1,500» nobody knows whether it parts thousands or kopecks."""
DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")

Spent = dict[str, int]
"""Amounts by currency."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a source, or one campaign of it ("": none is named), cost over whole days, both ends included."""

    source: str
    campaign: str
    currency: str
    minor: int
    since: dtm.date
    until: dtm.date

    @property
    def key(self) -> str:
        """The same source, campaign, currency and period again replaces the amount."""
        return f"{self.since}:{self.until}:{self.currency}:{self.source}:{self.campaign}"

    @property
    def told(self) -> str:
        """What it is the cost of, for people to read."""
        cut = " · ".join(filter(None, (self.source, self.campaign, self.currency)))
        return f"{cut} · {self.since} … {self.until}"


@dataclass(frozen=True, slots=True)
class Overlap:
    """The other costs that count the same days of the same source, campaign and currency: the oldest, and how many."""

    oldest: tuple[Cost, ...]
    total: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong with a line of the file (1 is the first), as a code with the offending text."""

    line: int
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: a cost, or what is wrong with it."""

    number: int
    cost: Cost | None
    wrong: BadRow | None = None


class CostError(ValueError):
    """The file is refused as a whole; nothing of it was taken."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        super().__init__(f"{len(rows)} bad rows")
        self.rows = tuple(rows)


def parse(text: str, currency: str) -> list[Cost]:
    """The costs of a table (see `read`). Raises CostError with everything that is wrong with it."""
    lines = read(text, currency)
    if bad := [line.wrong for line in lines if line.wrong]:
        raise CostError(bad)
    return [line.cost for line in lines if line.cost]


def read(text: str, currency: str) -> list[Line]:
    """Every row of a CSV with the columns source, amount, since, until, and campaign and currency if there are any.

    Separated by comma, semicolon or tab; the columns may be called in Russian; days are 2026-03-01 or, as a Russian
    Excel writes them, 01.03.2026. `currency` is that of rows that name none. Raises CostError where there is no table
    to read.
    """
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").strip("\r\n").splitlines()
    if not lines:
        raise CostError([BadRow(1, "empty_file")])
    delimiter = max(",;\t", key=lines[0].count)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        raise CostError([BadRow(1, "bad_quotes")]) from None
    said = [name.strip().lower() for name in rows[0]]
    header = [IN_RUSSIAN.get(name, name) for name in said]
    if missing := [name for name in REQUIRED if name not in header]:
        raise CostError([BadRow(1, "missing_columns", ", ".join(missing))])
    if unknown := [name for name in header if name not in (*REQUIRED, *OPTIONAL)]:
        raise CostError([BadRow(1, "unknown_columns", ", ".join(unknown)[:200])])
    if len(rows) > MAX_ROWS + 1:
        raise CostError([BadRow(MAX_ROWS + 2, "too_many_rows", str(MAX_ROWS))])
    found = [
        _line(number, row, header, currency)
        for number, row in enumerate(rows[1:], start=2)
        if any(field.strip() for field in row)
    ]
    if not found:
        raise CostError([BadRow(2, "empty_file")])
    return _told_once(found)


def _line(number: int, row: Sequence[str], header: Sequence[str], currency: str) -> Line:
    if len(row) != len(header):
        return Line(number, None, BadRow(number, "other_columns", f"{len(row)} ≠ {len(header)}"))
    found = _cost(number, dict(zip(header, (field.strip() for field in row), strict=True)), currency)
    return Line(number, None, found) if isinstance(found, BadRow) else Line(number, found)


def _cost(line: int, row: dict[str, str], currency: str) -> Cost | BadRow:
    source, campaign = row["source"].lower(), row.get("campaign", "")
    if not source or max(len(source), len(campaign)) > MAX_NAME:
        return BadRow(line, "no_source", (source or campaign)[:40])
    money = row.get("currency", "").upper() or currency
    if not CURRENCY.fullmatch(money):
        return BadRow(line, "no_currency", money[:40])
    minor = _minor(row["amount"])
    if minor is None:
        return BadRow(line, "not_an_amount", row["amount"][:40])
    try:
        since, until = (_day(row[name]) for name in ("since", "until"))
    except ValueError:
        return BadRow(line, "not_a_date", f"{row['since']} … {row['until']}"[:60])
    if until < since:
        return BadRow(line, "ends_before_it_begins", f"{since} … {until}")
    return Cost(source, campaign, money, minor, since, until)


def _day(text: str) -> dtm.date:
    """A day: 2026-03-01 or 01.03.2026. Raises ValueError."""
    found = DAY_FIRST.fullmatch(text)
    return dtm.date(*(int(part) for part in reversed(found.groups()))) if found else dtm.date.fromisoformat(text)


def _minor(text: str) -> int | None:
    """An amount in hundredths; None: it is none. «1 500,50» and «1500.5» are."""
    digits = re.sub(r"[\s\u00a0\u202f_]", "", text)
    if not AMOUNT.fullmatch(digits):
        return None
    amount = Decimal(digits.replace(",", "."))
    return int(amount * 100) if amount <= MAX_AMOUNT else None


def _told_once(lines: Sequence[Line]) -> list[Line]:
    """What stands there twice is wrong wherever it stands: nobody knows which amount is meant."""
    times = Counter(line.cost.key for line in lines if line.cost)
    return [
        Line(line.number, None, BadRow(line.number, "given_twice", line.cost.told))
        if line.cost and times[line.cost.key] > 1
        else line
        for line in lines
    ]


def falling_into(costs: Iterable[Cost], since: dtm.date, until: dtm.date) -> dict[tuple[str, str], Spent]:
    """What each source and campaign cost from `since` to `until` (both included), by currency.

    A cost is spread evenly over its days; the parts of periods that follow one another sum exactly to the amount.
    """
    total: dict[tuple[str, str], Spent] = {}
    for cost in costs:
        first, last = max(cost.since, since), min(cost.until, until)
        if first > last:
            continue
        days = (cost.until - cost.since).days + 1
        before, through = (first - cost.since).days, (last - cost.since).days + 1
        part = cost.minor * through // days - cost.minor * before // days
        spent = total.setdefault((cost.source, cost.campaign), {})
        spent[cost.currency] = spent.get(cost.currency, 0) + part
    return total


def overlapping(costs: Iterable[Cost]) -> dict[str, Overlap]:
    """Costs (by their key) some days of which another cost of the same source, campaign and currency counts, too.

    A key that is given again replaces the earlier cost, as it does when it is kept.
    """
    cuts: defaultdict[tuple[str, str, str], dict[str, Cost]] = defaultdict(dict)
    for cost in costs:
        cuts[cost.source, cost.campaign, cost.currency][cost.key] = cost
    found: dict[str, Overlap] = {}
    for cut in cuts.values():
        in_order = sorted(cut.items(), key=lambda one: (one[1].since, one[1].until))
        begins, ends = [cost.since for _, cost in in_order], sorted(cost.until for _, cost in in_order)
        for key, cost in in_order:
            begun = bisect_right(begins, cost.until)
            if count := begun - bisect_left(ends, cost.since) - 1:
                others = (other for k, other in in_order[:begun] if k != key and other.until >= cost.since)
                found[key] = Overlap(tuple(islice(others, min(count, MOST_NAMED))), count)
    return found


def added(several: Iterable[Spent]) -> Spent:
    """The sums, each currency by itself."""
    total: Spent = {}
    for spent in several:
        for currency, minor in spent.items():
            total[currency] = total.get(currency, 0) + minor
    return total
