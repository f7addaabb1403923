"""What advertising cost: rows of a CSV file, checked, and how much of them falls into a period. Pure."""

import csv
import datetime as dtm
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

COLUMNS = ("source", "amount", "since", "until")
MAX_ROWS = 5_000
MAX_AMOUNT = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What one source cost over whole days, both ends included. `minor` is in hundredths of the currency."""

    source: str
    minor: int
    since: dtm.date
    until: dtm.date

    @property
    def key(self) -> str:
        """The same source and period again replaces the amount."""
        return f"{self.since}:{self.until}:{self.source}"


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong with a line of the file (1 is the first), as a code with the offending text."""

    line: int
    code: str
    text: str = ""


class CostError(ValueError):
    """The file is refused as a whole; nothing of it was taken."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        super().__init__(f"{len(rows)} bad rows")
        self.rows = tuple(rows)


def parse(text: str) -> list[Cost]:
    """The costs of a CSV with the columns source, amount, since, until (comma, semicolon or tab). Raises CostError."""
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").strip("\r\n").splitlines()
    if not lines:
        raise CostError([BadRow(1, "empty_file")])
    delimiter = max(",;\t", key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=delimiter))
    header = [name.strip().lower() for name in rows[0]]
    if missing := [name for name in COLUMNS if name not in header]:
        raise CostError([BadRow(1, "missing_columns", ", ".join(missing))])
    if len(rows) > MAX_ROWS + 1:
        raise CostError([BadRow(MAX_ROWS + 2, "too_many_rows", str(MAX_ROWS))])
    found: list[Cost | BadRow] = [
        _cost(number, dict(zip(header, (field.strip() for field in row), strict=False)))
        for number, row in enumerate(rows[1:], start=2)
        if any(field.strip() for field in row)
    ]
    bad = [one for one in found if isinstance(one, BadRow)]
    costs = [one for one in found if isinstance(one, Cost)]
    if bad or not costs:
        raise CostError(bad or [BadRow(2, "empty_file")])
    if twice := _twice(costs):
        raise CostError([BadRow(1, "given_twice", key) for key in twice])
    return costs


def _cost(line: int, row: dict[str, str]) -> Cost | BadRow:
    source = row.get("source", "").lower()
    if not source or len(source) > 200:  # noqa: PLR2004 - a name, not a text
        return BadRow(line, "no_source", source[:40])
    try:
        amount = Decimal(re.sub(r"[\s\u00a0_]", "", row.get("amount", "")).replace(",", "."))
    except InvalidOperation:
        return BadRow(line, "not_an_amount", row.get("amount", ""))
    if not amount.is_finite() or amount < 0 or amount > MAX_AMOUNT or amount * 100 != int(amount * 100):
        return BadRow(line, "not_an_amount", row.get("amount", ""))
    try:
        since, until = (dtm.date.fromisoformat(row.get(name, "")) for name in ("since", "until"))
    except ValueError:
        return BadRow(line, "not_a_date", f"{row.get('since', '')} … {row.get('until', '')}")
    if until < since:
        return BadRow(line, "ends_before_it_begins", f"{since} … {until}")
    return Cost(source, int(amount * 100), since, until)


def _twice(costs: Iterable[Cost]) -> list[str]:
    seen: set[str] = set()
    return sorted({cost.key for cost in costs if cost.key in seen or seen.add(cost.key)})  # type: ignore[func-returns-value]


def falling_into(costs: Iterable[Cost], since: dtm.date, until: dtm.date) -> dict[str, int]:
    """What each source cost from `since` to `until` (both included), by days: a cost is spread evenly over its days."""
    total: dict[str, int] = {}
    for cost in costs:
        first, last = max(cost.since, since), min(cost.until, until)
        shared = (last - first).days + 1
        if shared > 0:
            part = cost.minor * shared // ((cost.until - cost.since).days + 1)
            total[cost.source] = total.get(cost.source, 0) + part
    return total
