"""The append-only log inside the writer's transaction: dedup, `seq`, duplicate or conflict. Columns, never rows."""

import datetime as dtm
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
from warehouse.database import stored_facts
from warehouse.encoding import MOMENT, STATED, STORED
from warehouse.house import House
from warehouse.interface import ReceiptStatus
from warehouse.reads import load
from warehouse.tail import Tail


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

    def __init__(self, connection: House) -> None:
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
        """Store the batches; for each its outcome and what was refused or in conflict.

        Must be the first thing in a transaction: when ids repeat, it starts the transaction anew.
        """
        first = self._next_seq
        allowed = pa.concat_arrays([_allowed(table, credential) for table, credential in batches])
        offered = pa.concat_tables([table for table, _ in batches]).combine_chunks()
        offered = offered.add_column(0, "seq", pa.array(range(first, first + len(offered)), pa.int64()))
        offered = offered.add_column(1, "recorded_at", pa.repeat(pa.scalar(now, MOMENT), len(offered)))
        self._next_seq += len(offered)
        verdicts = self._forbidden(offered, allowed)
        verdicts |= self._insert(offered if not verdicts else offered.filter(allowed))
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

    def _insert(self, offered: pa.Table) -> dict[int, Verdict]:
        if not len(offered):
            return {}
        try:
            self._store(offered)
        except duckdb.ConstraintException:  # the primary key met a repeat, and the transaction is lost
            self._connection.execute("rollback")
            self._connection.execute("begin")
            verdicts = self._repeats(offered)
            repeated = pa.array(list(verdicts), pa.int64())
            self._store(offered.filter(pc.invert(pc.is_in(offered["seq"], value_set=repeated))))
            return verdicts
        return {}

    def _store(self, facts: pa.Table) -> None:
        """Insert; the primary key lets no id in twice. Raises duckdb.ConstraintException if one tries."""
        self._connection.offered.facts = facts
        self._connection.execute(load("append_facts"))
        self._pending.append(facts)

    def _repeats(self, offered: pa.Table) -> dict[int, Verdict]:
        """Of the facts offered, by `seq`: those stored before, and those whose id stands earlier in the same group."""
        rows = offered.select(["seq", "event_id", "fingerprint"]).to_pylist()
        first = self.stored({str(row["event_id"]) for row in rows})
        verdicts: dict[int, Verdict] = {}
        for row in rows:
            event_id, offered_seq = str(row["event_id"]), row["seq"]
            seq, fingerprint = first.setdefault(event_id, (offered_seq, row["fingerprint"]))
            if seq != offered_seq:
                is_same = row["fingerprint"] == fingerprint
                verdicts[offered_seq] = Verdict("duplicate", seq) if is_same else _conflict(seq)
        return verdicts

    def stored(self, event_ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
        """`seq` and fingerprint of the facts stored under these ids."""
        return stored_facts(self._connection, event_ids)

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
