"""Reads on cursors of their own: the writer never waits for them. Everything here runs in read-only transactions."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.database import said
from warehouse.house import House
from warehouse.interface import WarehouseError
from warehouse.reads import load
from warehouse.tail import Tail

FILTERS = ("lead_id", "session_id", "webinar_id", "visitor_id", "name")
CARRIED_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*([a-z]+)", re.IGNORECASE | re.DOTALL)
READING_WORDS = frozenset(
    {"select", "with", "from", "values", "table", "describe", "show", "summarize", "pivot", "unpivot"}
)


class Readers:
    """Hands out cursors; each call gets one of its own. Thread-safe."""

    def __init__(self, house: House) -> None:
        """Cursors are made in this house."""
        self._house = house

    @contextmanager
    def _reading(self, carried: Mapping[str, pa.Table] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that sees tables of its own besides what everybody sees.

        They are copied: of an Arrow table DuckDB 1.5.5 knows no number of rows, and hands it filters it cannot apply.
        """
        with self._house.cursor() as cursor:
            for name, table in (carried or {}).items():
                cursor.register("carried", table)
                cursor.execute(f"create temporary table {_identifier(name)} as select * from carried")
                cursor.unregister("carried")
            cursor.execute("begin transaction read only")
            yield cursor

    def rows(self, query: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a named query."""
        with self._reading() as cursor:
            table = cursor.execute(load(query), dict(params)).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def facts_after(self, tail: Tail, seq: int, *, limit: int, names: Collection[str] | None) -> tuple[pa.Table, int]:
        """Facts after `seq` and where to go on; from memory when the tail reaches back far enough."""
        facts, last_seq = tail.after(seq)
        if facts is None:
            params = {"seq": seq, "names": list(names) if names is not None else None, "at_most": limit}
            with self._reading() as cursor:
                facts = cursor.execute(load("facts_after"), params).to_arrow_table()
        elif names is not None:
            facts = facts.filter(pc.is_in(facts["name"], value_set=pa.array(list(names), pa.string())))
        facts = facts.slice(0, limit)
        if facts.num_rows == limit:
            return facts, facts["seq"][-1].as_py()
        newest = facts["seq"][-1].as_py() if facts.num_rows else 0
        return facts, max(seq, last_seq, newest)

    def facts_of(self, filters: Mapping[str, Collection[str | None]]) -> pa.Table:
        """Facts that match every filter, in `seq` order. Raises WarehouseError without any filter.

        Filters: column → values, None among them for facts without a value.
        """
        if not filters or set(filters) - set(FILTERS):
            raise WarehouseError("Give at least one of lead_ids, session_ids, webinar_ids, visitor_ids, names.")
        conditions = " and ".join(
            f"(list_contains(${column}, {column})" + (f" or {column} is null)" if None in values else ")")
            for column, values in filters.items()
        )
        text = load("facts_of").replace("$conditions", conditions)
        with self._reading() as cursor:
            return cursor.execute(text, {column: list(values) for column, values in filters.items()}).to_arrow_table()

    def sql(
        self, text: str, params: Mapping[str, Any] | Sequence[Any] | None, carried: Mapping[str, pa.Table]
    ) -> pa.Table:
        """The answer to one reading statement. Raises WarehouseError for anything else, with DuckDB's words."""
        try:
            statement = only_reading(text)
            with self._reading(carried) as cursor:
                return cursor.execute(statement, params).to_arrow_table()
        except duckdb.Error as error:
            raise WarehouseError(f"The query failed: {said(error)}") from error


def _identifier(name: str) -> str:
    if not CARRIED_NAME.fullmatch(name):
        raise WarehouseError(f"{name!r} is no name of a table; use lower-case letters, digits and underscores.")
    return name


def only_reading(text: str) -> duckdb.Statement:
    """The one statement of the text. Raises WarehouseError unless it is exactly one and only reads."""
    statements = duckdb.extract_statements(text)
    if len(statements) != 1:
        raise WarehouseError(f"Send exactly one statement; this has {len(statements)}.")
    word = FIRST_WORD.match(text)
    is_reading = word is not None and word[1].lower() in READING_WORDS
    if statements[0].type != duckdb.StatementType.SELECT or not is_reading:
        raise WarehouseError("The warehouse answers reading statements only (select, with, from, describe …).")
    return statements[0]
