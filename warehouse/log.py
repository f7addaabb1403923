"""The append-only log inside the writer's transaction: dedup, `seq`, duplicate or conflict. Columns, never rows."""

import datetime as dtm
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.credentials import Credential
from warehouse.encoding import MOMENT, STATED, STORED
from warehouse.interface import ReceiptStatus
from warehouse.reads import load
from warehouse.tail import Tail

LOOKUP = 500
"""Ids a look-up by index names at once."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one fact that was not simply accepted."""

    status: ReceiptStatus
    seq: int | None = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: row i has `seq` first_seq + i, except the rows in `others`."""

    first_seq: int
    others: dict[int, Verdict] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of a batch that goes to the rejected facts."""

    code: str
    message: str
    payload: str
    emitter: str


class Log:
    """Knows the last `seq`. For the writer thread only; `committed` or `rolled_back` follows each transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read where the log stands."""
        self._connection = connection
        self._pending: list[pa.Table] = []
        self.facts, last_seq = self._position()
        self._next_seq = last_seq + 1
        self.tail = Tail(last_seq)

    def _position(self) -> tuple[int, int]:
        row = self._connection.execute("select count(*), coalesce(max(seq), 0) from events").fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def append(
        self, batches: Sequence[tuple[pa.Table, Credential]], *, now: dtm.datetime
    ) -> list[tuple[Outcome, list[Refused]]]:
        """Store the batches; for each its outcome and what was refused or in conflict."""
        first = self._next_seq
        allowed = pa.concat_arrays([_allowed(table, credential) for table, credential in batches])
        offered = pa.concat_tables([table for table, _ in batches]).combine_chunks()
        offered = offered.add_column(0, "seq", pa.array(range(first, first + len(offered)), pa.int64()))
        offered = offered.add_column(1, "recorded_at", pa.repeat(pa.scalar(now, MOMENT), len(offered)))
        self._next_seq += len(offered)
        verdicts = self._forbidden(offered, allowed)
        verdicts |= self._insert(offered if not verdicts else offered.filter(allowed), first)
        return list(_split(batches, first, verdicts))

    def _forbidden(self, offered: pa.Table, allowed: "pa.Array[Any]") -> dict[int, Verdict]:
        if pc.all(allowed).as_py() is not False:
            return {}
        bad = offered.filter(pc.invert(allowed)).select(["seq", "name", "emitter"]).to_pylist()
        return {
            row["seq"]: Verdict(
                "rejected",
                code="emitter_not_allowed",
                message=f"This credential may not state {row['name']} as {row['emitter']}; use the process that may.",
            )
            for row in bad
        }

    def _insert(self, offered: pa.Table, first: int) -> dict[int, Verdict]:
        if not len(offered):
            return {}
        self._connection.register("incoming", offered)
        try:
            row = self._connection.execute(load("append_facts")).fetchone()
        finally:
            self._connection.unregister("incoming")
        if row and row[0] == len(offered):
            self._pending.append(offered)
            return {}
        fresh = self._connection.execute(load("fresh_seqs"), {"seq": first - 1}).to_arrow_table()["seq"]
        is_fresh = pc.is_in(offered["seq"], value_set=fresh)
        self._pending.append(offered.filter(is_fresh))
        return self._known(offered.filter(pc.invert(is_fresh)))

    def _known(self, repeated: pa.Table) -> dict[int, Verdict]:
        rows = repeated.select(["seq", "event_id", "fingerprint"]).to_pylist()
        stored = self.stored({str(row["event_id"]) for row in rows})
        verdicts: dict[int, Verdict] = {}
        for row in rows:
            seq, first_fingerprint = stored[str(row["event_id"])]
            is_same = row["fingerprint"] == first_fingerprint
            verdicts[row["seq"]] = Verdict("duplicate", seq) if is_same else _conflict(seq)
        return verdicts

    def stored(self, event_ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
        """`seq` and fingerprint of the facts stored under these ids."""
        found: dict[str, tuple[int, bytes]] = {}
        wanted = sorted(event_ids)
        for start in range(0, len(wanted), LOOKUP):
            literals = ", ".join(f"'{uuid.UUID(event_id)}'::uuid" for event_id in wanted[start : start + LOOKUP])
            rows = self._connection.execute(load("stored_facts").replace("{ids}", literals)).fetchall()
            found |= {str(event_id): (seq, bytes(fingerprint)) for event_id, seq, fingerprint in rows}
        return found

    def committed(self) -> None:
        """The transaction is on disk: show its facts to readers."""
        pending, self._pending = self._pending, []
        fresh = pa.concat_tables(pending).select(STORED.names) if pending else STORED.empty_table()
        if not len(fresh):
            return  # a cursor must never stand on a `seq` that no fact has: after a restart it could be given again
        self.facts += len(fresh)
        self.tail.extend(fresh, fresh["seq"][-1].as_py())

    def rolled_back(self) -> None:
        """The transaction is gone (or nobody knows): ask the disk where the log stands."""
        self._pending = []
        self.facts, last_seq = self._position()
        self._next_seq = last_seq + 1


def _allowed(table: pa.Table, credential: Credential) -> "pa.Array[Any]":
    emitters, names = (table[column].combine_chunks() for column in ("emitter", "name"))
    pairs = pc.binary_join_element_wise(emitters, names, "|")  # type: ignore[call-overload]  # stubs know no separator
    allowed: pa.Array[Any] = pc.is_in(pairs, value_set=credential.statements)
    return allowed


def _conflict(seq: int) -> Verdict:
    message = "A fact with this id and another content is stored already; the first one stays. Send a new id."
    return Verdict("conflict", seq, "conflict", message)


def _split(
    batches: Sequence[tuple[pa.Table, Credential]], first: int, verdicts: dict[int, Verdict]
) -> Iterable[tuple[Outcome, list[Refused]]]:
    """Each batch's share of the verdicts."""
    starts = list(accumulate((len(table) for table, _ in batches), initial=first))
    shares: list[dict[int, Verdict]] = [{} for _ in batches]
    for seq, verdict in verdicts.items():
        share = bisect_right(starts, seq) - 1
        shares[share][seq - starts[share]] = verdict
    for (table, _), start, others in zip(batches, starts, shares, strict=False):  # there is one more start: the end
        refused = [
            Refused(verdict.code, verdict.message, _payload(table, row), table["emitter"][row].as_py())
            for row, verdict in others.items()
            if verdict.status != "duplicate"
        ]
        yield Outcome(start, others), refused


def _payload(table: pa.Table, row: int) -> str:
    """The fact as its emitter stated it."""
    stated = table.slice(row, 1).select([name for name in STATED.names if name not in {"fingerprint", "visitor_id"}])
    body = stated.to_pylist()[0]
    return orjson.dumps({**body, "properties": orjson.loads(body["properties"])}).decode()
