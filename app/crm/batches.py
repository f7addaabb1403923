"""Uploaded lists between their dry run and the decision: in this process's memory only, for an hour, each its owner's.

Nothing of a list is on disk before it is taken in. After a restart the file is uploaded again; that is said.
"""

import asyncio
import csv
import datetime as dtm
import io
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.crm.importing import RowOutcome
from app.shared import texts
from domain.cells import guarded
from domain.imports import ImportProblem, Table, refused

KEPT = dtm.timedelta(hours=1)
MOST_BATCHES = 20
MAX_BYTES = 20_000_000
ENCODINGS = ("utf-8-sig", "utf-16", "cp1251")


@dataclass(slots=True)
class Batch:
    """One uploaded list and what is known of it."""

    owner: str
    name: str
    table: Table
    outcomes: list[RowOutcome] = field(default_factory=list)
    is_taken: bool = False


_batches: dict[str, Batch] = {}


def keep(batch: Batch) -> str:
    """Keep a list and return its id, which nobody can guess. The oldest go when there are too many.

    After an hour it goes by itself, whether anybody asks or not: people are in it. Needs a running event loop.
    """
    while len(_batches) >= MOST_BATCHES:
        del _batches[next(iter(_batches))]
    key = secrets.token_urlsafe(12)
    _batches[key] = batch
    asyncio.get_running_loop().call_later(KEPT.total_seconds(), _batches.pop, key, None)
    return key


def find(key: str, owner: str) -> Batch | None:
    """The list of this id, if it is this person's."""
    batch = _batches.get(key)
    return batch if batch and batch.owner == owner else None


def decoded(data: bytes) -> str:
    """The text of a file in one of the encodings exports come in. Raises ImportProblem not_text."""
    encodings = ENCODINGS if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportProblem("not_text")


def reason(code: str, language: str) -> str:
    """Why a row was refused, in words that say what to do; a code of the log itself is said as it is."""
    key = f"studio.import.bad.{code}"
    return texts.translate(language, key) if key in texts.catalogue(language) else code


def errors(table: Table, outcomes: list[RowOutcome], language: str) -> Iterator[str]:
    """The refused rows as a CSV like the file, the reason as its last column, line by line: to mend and bring back."""
    reasons: Mapping[int, str] = {one.line: reason(one.code, language) for one in outcomes if one.happens == "refused"}
    for row in refused(table, reasons):
        out = io.StringIO()
        csv.writer(out, delimiter=table.delimiter).writerow([guarded(cell) for cell in row])
        yield out.getvalue()
