"""Operational documents with compare-and-set: versions are appended, the current ones kept in memory.

What is deleted is gone with all its versions: documents may hold what people wrote (spooled Telegram updates).
"""

import datetime as dtm
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from warehouse import spool
from warehouse.encoding import MOMENT
from warehouse.house import House
from warehouse.interface import VersionConflict
from warehouse.reads import load

KINDS: dict[str, pa.DataType] = {
    "revision": pa.int64(),
    "collection": pa.string(),
    "key": pa.string(),
    "body": pa.string(),
    "version": pa.int32(),
    "written_at": MOMENT,
}
COLUMNS = pa.schema(KINDS)
SPOOLS = (spool.COLLECTION, spool.FAILED)
"""Collections with people's own words; their entries name the chat they came from."""


@dataclass(frozen=True, slots=True)
class Document:
    """The current body of an entry, as JSON text."""

    body: str
    version: int


class Registry:
    """Written by the writer thread only; reads are safe from any thread and see what is committed."""

    def __init__(self, connection: House) -> None:
        """Load the current entries."""
        self._connection = connection
        self._current: defaultdict[str, dict[str, Document]] = defaultdict(dict)
        self._staged: dict[tuple[str, str], Document | None] = {}
        self._rows: list[tuple[object, ...]] = []
        self._removals: set[tuple[str, str]] = set()
        for collection, key, body, version in connection.execute(load("registry_entries")).fetchall():
            self._current[collection][key] = Document(body, version)
        row = connection.execute("select count(*), coalesce(max(revision), 0) from registry_log").fetchone()
        rows, self._revision = row or (0, 0)
        if rows > sum(map(len, self._current.values())):
            self.compact()

    def get(self, collection: str, key: str) -> Document | None:
        """The current entry, if there is one."""
        return self._current[collection].get(key) if collection in self._current else None

    def entries(self, collection: str) -> dict[str, Document]:
        """All current entries of a collection by key."""
        return dict(self._current[collection]) if collection in self._current else {}

    def put(self, collection: str, key: str, body: str, *, expect_version: int | None, now: dtm.datetime) -> int:
        """Stage a new version and return its number. Raises VersionConflict; `flush` writes what is staged."""
        known = self._staged.get((collection, key), self.get(collection, key))
        version = known.version if known else 0
        if expect_version is not None and expect_version != version:
            message = f"{collection}/{key} is at version {version}, not {expect_version}: read it again and retry."
            raise VersionConflict(message)
        self._stage(collection, key, Document(body, version + 1), now)
        return version + 1

    def delete(self, collection: str, key: str) -> None:
        """Stage a removal of the entry and all its versions."""
        if self._staged.get((collection, key), self.get(collection, key)):
            self._staged[collection, key] = None
            self._removals.add((collection, key))
            self._rows = [row for row in self._rows if row[1:3] != (collection, key)]

    def forget(self, subject_ids: Collection[str], chats: Collection[str]) -> None:
        """Stage the removal of every document about these subjects, and of what these Telegram chats wrote.

        A document is about a subject when its key or one of its values is that id: tokens, languages, views.
        """
        named = {*subject_ids, *(f"telegram:{chat}" for chat in chats)}
        for collection in list(self._current):
            for key, document in self.entries(collection).items():
                is_spooled = collection in SPOOLS and _chat_of(document.body) in chats
                if is_spooled or key in named or _names(json.loads(document.body), named):
                    self.delete(collection, key)

    def compact(self) -> None:
        """Superseded versions go; the current ones stay."""
        self._connection.execute(load("compact_registry"))

    def _stage(self, collection: str, key: str, document: Document, now: dtm.datetime) -> None:
        self._revision += 1
        self._staged[collection, key] = document
        self._rows.append((self._revision, collection, key, document.body, document.version, now))

    def flush(self) -> None:
        """Write what is staged in the current transaction."""
        if self._removals:
            collections, keys = zip(*self._removals, strict=True)
            self._connection.execute(load("remove_registry"), {"collections": list(collections), "keys": list(keys)})
        if not self._rows:
            return
        columns = [
            pa.array(column, field.type) for column, field in zip(zip(*self._rows, strict=True), COLUMNS, strict=True)
        ]
        self._connection.register("incoming", pa.Table.from_arrays(columns, schema=COLUMNS))
        try:
            self._connection.execute(load("add_registry"))
        finally:
            self._connection.unregister("incoming")

    def committed(self) -> None:
        """The transaction is on disk: show the staged versions to readers."""
        for (collection, key), document in self._staged.items():
            if document:
                self._current[collection][key] = document
            else:
                self._current[collection].pop(key, None)
        self.rolled_back()

    def rolled_back(self) -> None:
        """Forget what was staged."""
        self._staged.clear()
        self._rows.clear()
        self._removals.clear()


def _chat_of(body: str) -> str:
    """The chat (in a private one: the person) an update came from; "" if it names none."""
    for part in json.loads(body).values():
        for place in ("chat", "from"):
            if isinstance(part, dict) and isinstance(part.get(place), dict):
                return str(part[place].get("id", ""))
    return ""


def _names(value: object, wanted: Collection[str]) -> bool:
    """Whether one of these ids is a value anywhere inside a document."""
    if isinstance(value, dict):
        return any(_names(part, wanted) for part in value.values())
    if isinstance(value, list):
        return any(_names(part, wanted) for part in value)
    return isinstance(value, str) and value in wanted
