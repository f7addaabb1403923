"""Derived tables: computed beside the published one, looked at, then put in its place or into it. No definitions here.

Computing happens on a cursor of its own, so that appends never wait for it; only the exchange is the writer's.
"""

import datetime as dtm
import re
import secrets
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.database import said
from warehouse.house import House
from warehouse.interface import Published, VersionConflict, WarehouseError
from warehouse.reading import only_reading
from warehouse.reads import load

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
STAGED_NAME = re.compile(r"staged_[a-z0-9_]{1,80}")
COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
ROWS_OF_A_GROUP = 122_880
"""Rows DuckDB stores together."""


def replace_table(house: House, name: str, table: pa.Table) -> None:
    """Replace `marts.<name>` inside the caller's transaction. Raises WarehouseError for a bad name."""
    _named(TABLE_NAME, name)
    house.register("incoming", table)
    try:
        house.execute(f"create or replace table marts.{name} as select * from incoming")
    finally:
        house.unregister("incoming")


def stage(house: House, name: str, source: str | pa.Table, params: Mapping[str, Any] | None) -> str:
    """Make `marts.<staged name>` of a question or of rows, and return its name. Raises WarehouseError."""
    _named(TABLE_NAME, name)
    staged = f"staged_{name}_{secrets.token_hex(4)}"
    question = "select * from incoming" if isinstance(source, pa.Table) else source
    try:
        only_reading(question)
        with house.building() as cursor:
            if isinstance(source, pa.Table):
                batches = source.to_batches(max_chunksize=ROWS_OF_A_GROUP)  # each goes to a thread, all of it to one
                cursor.register("incoming", pa.Table.from_batches(batches, source.schema))
            cursor.execute(f"create table marts.{staged} as\n{question}", dict(params) if params else None)
    except duckdb.Error as error:
        raise WarehouseError(f"The table {name} could not be computed: {said(error)}") from error
    return staged


def discard(house: House, staged: str) -> None:
    """Drop a staged table; one that is gone is fine."""
    house.execute(f"drop table if exists marts.{_named(STAGED_NAME, staged)}")


def publish(house: House, staged: str, published: Published, now: dtm.datetime, since: int | None) -> None:
    """Put the staged table in the place of the published one. Belongs into the writer's transaction.

    Raises VersionConflict when somebody published since: the table does not tell the log up to `since` any more.
    """
    name = _named(TABLE_NAME, published.name)
    _expect(house, name, since)
    house.execute(f"drop table if exists marts.{name}")
    house.execute(f"alter table marts.{_named(STAGED_NAME, staged)} rename to {name}")
    _note(house, published, now)


def publish_part(  # noqa: PLR0913 - what, as what, when, in place of what
    house: House,
    staged: str,
    published: Published,
    now: dtm.datetime,
    *,
    column: str,
    keys: str,
    since: int | None,
) -> None:
    """Put the staged rows in the place of those whose `column` is an answer to `keys`. See `publish`."""
    name, key = _named(TABLE_NAME, published.name), _named(COLUMN_NAME, column)
    _named(STAGED_NAME, staged)
    _expect(house, name, since)
    only_reading(keys)
    house.execute(f"delete from marts.{name} where {key} in ({keys})")
    house.execute(f"insert into marts.{name} by name select * from marts.{staged}")
    house.execute(f"drop table marts.{staged}")
    _note(house, published, now)


def move_on(house: House, published: Published, now: dtm.datetime, since: int | None) -> None:
    """Note that the published table tells the log up to `published.seq` as it is. See `publish`."""
    _expect(house, _named(TABLE_NAME, published.name), since)
    _note(house, published, now)


def discard_leftovers(house: House) -> None:
    """Drop what was staged by somebody who died before publishing it."""
    for (staged,) in house.execute(load("staged_tables")).fetchall():
        discard(house, staged)


def _expect(house: House, name: str, since: int | None) -> None:
    if since is None:
        return
    found = {row[0]: row[1] for row in house.execute(load("published_tables")).fetchall()}
    if found.get(name) != since:
        raise VersionConflict(f"Somebody else published {name}: it tells the log up to {found.get(name)}, not {since}.")


def _note(house: House, published: Published, now: dtm.datetime) -> None:
    count = house.execute(f"select count(*) from marts.{published.name}").fetchone()
    house.execute(load("forget_published"), {"name": published.name})
    house.execute(
        load("add_published"),
        {
            "name": published.name,
            "seq": published.seq,
            "shape": published.shape,
            "rows": count[0] if count else 0,
            "now": now,
        },
    )


def _named(pattern: re.Pattern[str], name: str) -> str:
    if not pattern.fullmatch(name):
        raise WarehouseError(f"{name!r} is no table name; use lower-case letters, digits and underscores.")
    return name
