"""What travels between a door and the warehouse: a small header, and Arrow tables where there are rows.

The same messages go over Flight and, unpacked, straight to the engine in process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa

HOST = "127.0.0.1"
"""Where the warehouse answers: this machine only."""
LONGEST_POLL_SECONDS = 20.0
"""How long one call waits for facts; longer waits are several calls."""

EMPTY = pa.schema([])


@dataclass(frozen=True, slots=True)
class Message:
    """One request or one reply."""

    fields: dict[str, Any] = field(default_factory=dict)
    table: pa.Table | None = None
    carried: Mapping[str, pa.Table] = field(default_factory=dict)
    """Tables that a question may read, by name."""


def pack(message: Message) -> pa.Buffer:
    """The message as bytes: an Arrow IPC stream a table. The first is its own, whose metadata is the header."""
    table = message.table if message.table is not None else EMPTY.empty_table()
    header = orjson.dumps([message.table is not None, message.fields, list(message.carried)])
    sink = pa.BufferOutputStream()
    for each in (table.replace_schema_metadata({b"efir": header}), *message.carried.values()):
        with pa.ipc.new_stream(sink, each.schema) as writer:
            writer.write_table(each)
    return sink.getvalue()


def unpack(buffer: pa.Buffer) -> Message:
    """The message of these bytes; its tables own their memory (network buffers are poorly aligned for DuckDB)."""
    source = pa.BufferReader(buffer)
    table = _read(source)
    has_table, fields, names = orjson.loads(table.schema.metadata[b"efir"])
    carried = {name: _read(source) for name in names}
    return Message(fields, table.replace_schema_metadata(None) if has_table else None, carried)


def _read(source: pa.BufferReader) -> pa.Table:
    """The next table of several, one after another."""
    with pa.ipc.open_stream(source) as reader:
        batches = [batch.copy_to(pa.default_cpu_memory_manager()) for batch in reader]
        return pa.Table.from_batches(batches, schema=reader.schema)
