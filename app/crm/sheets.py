"""A list of leads as CSV or XLSX. What people typed can never become a formula in somebody's spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import xlsxwriter

from domain.cells import guarded
from warehouse.reads.leads import LeadRow

COLUMNS = (
    "lead_id", "name", "phone", "email", "source", "partner", "created_at", "last_seen_at", "registrations", "verdict",
    "outcome", "telegram", "stage", "owner", "tags",
)  # fmt: skip
ROWS_AT_ONCE = 1000
MOST_IN_XLSX = 1_048_575
"""What the format can hold below its header."""


def as_csv(rows: Iterable[LeadRow]) -> Iterator[bytes]:
    """The list of leads; see `table_as_csv`."""
    return table_as_csv(COLUMNS, map(cells, rows))


def table_as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, so that spreadsheets read the letters right; in portions, however many rows."""
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([guarded(cell) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def table_as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[str]], path: Path) -> None:
    """Every cell is written as text: nothing in it is ever a formula or a link. At most MOST_IN_XLSX rows."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("leads")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name, bold)
        line = 0
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)
        sheet.autofilter(0, 0, max(1, line), len(columns) - 1)


def _taken(out: io.StringIO) -> bytes:
    """What was written since the last time."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode("utf-8")


def cells(row: LeadRow) -> list[str]:
    """The row's columns as text; moments in ISO 8601."""
    return [
        row.lead_id, row.name, row.phone, row.email, row.source, row.partner_name, row.created_at.isoformat(),
        row.last_seen_at.isoformat() if row.last_seen_at else "", str(row.registrations), row.verdict or "",
        row.outcome or "", row.telegram, row.stage, row.owner, ", ".join(row.tags),
    ]  # fmt: skip
