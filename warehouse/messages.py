"""What travels between a door and the warehouse: a small header and, where there are rows, one Arrow table.

The same messages go over Flight and, unpacked, straight to the engine in process.
"""

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


def pack(message: Message) -> pa.Buffer:
    """The message as bytes: an Arrow IPC stream whose schema metadata carries the header."""
    table = message.table if message.table is not None else EMPTY.empty_table()
    header = orjson.dumps([message.table is not None, message.fields])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema.with_metadata({b"efir": header})) as writer:
        writer.write_table(table)
    return sink.getvalue()


def unpack(buffer: pa.Buffer) -> Message:
    """The message of these bytes; its table owns its memory (network buffers are poorly aligned for DuckDB)."""
    with pa.ipc.open_stream(buffer) as reader:
        has_table, fields = orjson.loads(reader.schema.metadata[b"efir"])
        if not has_table:
            return Message(fields)
        batches = [batch.copy_to(pa.default_cpu_memory_manager()) for batch in reader]
        table = pa.Table.from_batches(batches, schema=reader.schema)
    return Message(fields, table.replace_schema_metadata(None))
