"""Parquet files of a day: the facts recorded on it and the derived tables as they stand. No personal data is in either.

Forgetting a person changes nothing in them, as it changes nothing in the log: lead ids stay, names never were there.
"""

import contextlib
import datetime as dtm
import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import tables
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads import load

PAGE_FACTS = 100_000
LABEL = "export.json"
"""In each day's folder: when it was written, whether the day was over by then, rows by file."""
DAY = dtm.timedelta(days=1)
DRAFT = ".exporting-"
EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Exported:
    """A day's folder, and how many rows each of its files has."""

    day: dtm.date
    folder: Path
    is_whole: bool
    rows: dict[str, int]


def export_day(warehouse: Warehouse, exports: Path, day: dtm.date, *, now: dtm.datetime) -> Exported:
    """Write `exports/<day>/events.parquet` (recorded on that day, UTC) and `exports/<day>/<table>.parquet`.

    The folder is put in its place when all of it is written; an older one of the same day is replaced. Raises
    WarehouseError, also while another export is under way.
    """
    exports.mkdir(parents=True, exist_ok=True)
    with _alone(exports), tempfile.TemporaryDirectory(dir=exports, prefix=DRAFT) as made:
        draft, target = Path(made) / "new", exports / day.isoformat()
        draft.mkdir()
        rows = {EVENTS: _write_facts(warehouse, draft / f"{EVENTS}.parquet", day)}
        for table in _derived(warehouse):
            answer = warehouse.sql(tables.scoped(table, ("*",), None))
            pq.write_table(answer, draft / f"{table}.parquet", compression="zstd")
            rows[table] = answer.num_rows
        exported = Exported(day, target, now >= _midnight(day + DAY), rows)
        label = {"written_at": now.isoformat(), "is_whole": exported.is_whole, "rows": rows}
        (draft / LABEL).write_text(json.dumps(label, indent=2), encoding="utf-8")
        if target.exists():
            target.rename(Path(made) / "old")
        draft.rename(target)
    return exported


def due_days(exports: Path, *, today: dtm.date, kept_days: int) -> list[dtm.date]:
    """Days that are over and have no whole export: yesterday, and what was missed since the first export kept."""
    known = _days(exports)
    oldest = max(min([*known, today - DAY]), today - kept_days * DAY)
    days = [oldest + number * DAY for number in range((today - oldest).days)]
    return [day for day in days if day not in known or not _is_whole(exports / day.isoformat())]


def drop_old(exports: Path, *, today: dtm.date, kept_days: int, spared: dtm.date | None = None) -> list[dtm.date]:
    """Delete the folders of days more than `kept_days` before today but that of `spared`; returns the days.

    The log keeps its facts.
    """
    old = [day for day in _days(exports) if day < today - kept_days * DAY and day != spared]
    for day in old:
        shutil.rmtree(exports / day.isoformat())
    return old


def _write_facts(warehouse: Warehouse, path: Path, day: dtm.date) -> int:
    """Page by page: a day of millions of facts needs no more memory than a quiet one."""
    asked = {"since": _midnight(day), "until": _midnight(day + DAY), "at_most": PAGE_FACTS}
    page = warehouse.sql(load("facts_of_day"), {**asked, "seq": 0})
    written = 0
    with pq.ParquetWriter(path, page.schema, compression="zstd") as writer:
        while page.num_rows:
            writer.write_table(page)
            written += page.num_rows
            page = warehouse.sql(load("facts_of_day"), {**asked, "seq": page["seq"][-1].as_py()})
    return written


def _derived(warehouse: Warehouse) -> list[str]:
    answer: pa.Table = warehouse.sql(load("published_tables"))
    return [str(name) for name in answer["name"].to_pylist()]


def _midnight(day: dtm.date) -> dtm.datetime:
    return dtm.datetime.combine(day, dtm.time(), dtm.UTC)


def _days(exports: Path) -> list[dtm.date]:
    """Days that have a folder; whatever else lies there is not ours."""
    days = []
    for folder in exports.glob("????-??-??"):
        with contextlib.suppress(ValueError):
            days.append(dtm.date.fromisoformat(folder.name))
    return sorted(days)


def _is_whole(folder: Path) -> bool:
    label = folder / LABEL
    return label.exists() and bool(json.loads(label.read_text(encoding="utf-8"))["is_whole"])


@contextlib.contextmanager
def _alone(exports: Path) -> Iterator[None]:
    """One export at a time; what one that was killed left behind is cleared away."""
    with (exports / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WarehouseError("Another export is under way; try again when it has ended.") from None
        for leftover in exports.glob(f"{DRAFT}*"):
            shutil.rmtree(leftover)
        yield
