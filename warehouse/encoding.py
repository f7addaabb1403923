"""Facts to Arrow columns and back. The door encodes once; from there to the disk nobody loops over rows."""

import datetime as dtm
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
import pyarrow as pa

from domain.events import ContractError, Fact, check_envelope

MOMENT = pa.timestamp("us", "UTC")
STATED = pa.schema(
    [
        pa.field("event_id", pa.uuid()),
        pa.field("name", pa.string()),
        pa.field("version", pa.int32()),
        pa.field("emitter", pa.string()),
        pa.field("occurred_at", MOMENT),
        pa.field("lead_id", pa.string()),
        pa.field("webinar_id", pa.string()),
        pa.field("session_id", pa.string()),
        pa.field("correlation_id", pa.string()),
        pa.field("visitor_id", pa.string()),
        pa.field("properties", pa.string()),
        pa.field("fingerprint", pa.binary(16)),
    ]
)
"""The columns a door states. The log adds `seq` and `recorded_at`."""
STORED = pa.schema(
    [
        pa.field("seq", pa.int64()),
        *(STATED.field(name) for name in ("event_id", "name", "version", "emitter", "occurred_at")),
        pa.field("recorded_at", MOMENT),
        *(STATED.field(name) for name in ("lead_id", "webinar_id", "session_id", "correlation_id", "properties")),
    ]
)
"""The columns readers of the log see."""
OFFERED = pa.schema([pa.field("seq", pa.int64()), pa.field("recorded_at", MOMENT), *STATED])
"""The columns the log inserts."""
LARGEST_VERSION = 2**31 - 1
_DASHES = ("-", "-", "-", "-")
# One encoder, because json.dumps makes one a call.
_CAREFUL = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fact the contract refuses, with its place in the batch."""

    position: int
    event_id: str
    code: str
    message: str
    payload: str
    emitter: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch as columns. `positions` are the places of the table's rows in the batch the caller gave."""

    table: pa.Table
    positions: list[int]
    refusals: list[Refusal]


def encode(facts: Sequence[Fact]) -> Encoded:
    """Check every fact against the contract and lay the good ones out as columns; never raises for a bad fact."""
    rows: list[tuple[object, ...]] = []
    positions: list[int] = []
    refusals: list[Refusal] = []
    for position, fact in enumerate(facts):
        try:
            rows.append(_row(fact))
        except ContractError as error:
            refusals.append(_refusal(position, fact, error))
        else:
            positions.append(position)
    return Encoded(_table(rows), positions, refusals)


def _row(fact: Fact) -> tuple[object, ...]:
    check_envelope(fact)
    fact.event()
    if not 0 < fact.version <= LARGEST_VERSION:
        raise ContractError(
            "invalid_version", f"{fact.name} has version {fact.version}; give a positive 32-bit number."
        )
    try:
        event_id = _uuid_bytes(fact.event_id)
    except ValueError:
        raise ContractError("invalid_event_id", f"event_id {fact.event_id!r} is not a UUID.") from None
    try:
        properties = _properties(fact)
        fingerprint = _fingerprint(fact)
    except (ValueError, orjson.JSONEncodeError) as error:
        raise ContractError("invalid_properties", f"{fact.name} cannot be written as JSON text: {error}") from error
    visitor_id = fact.properties.get("visitor_id")
    return (
        event_id,
        fact.name,
        fact.version,
        fact.emitter.value,
        fact.occurred_at,
        fact.lead_id,
        fact.webinar_id,
        fact.session_id,
        fact.correlation_id,
        visitor_id,
        properties,
        fingerprint,
    )


def _fingerprint(fact: Fact) -> bytes:
    """Of everything the emitter stated: equal ones are the same fact, unequal ones of one id a conflict."""
    stated = {name: value for name, value in fact.__dict__.items() if name not in {"seq", "recorded_at"}}
    options = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
    try:
        text = orjson.dumps(stated, option=options)
    except orjson.JSONEncodeError:  # what only pydantic knows how to write
        text = orjson.dumps(fact.model_dump(mode="json", exclude={"seq", "recorded_at"}), option=options)
    return blake2b(text, digest_size=16).digest()


def _properties(fact: Fact) -> str:
    """As JSON text. Raises ValueError for what is none; NaN is none, and orjson would write it as null."""
    text = orjson.dumps(fact.properties)
    return _CAREFUL.encode(fact.properties) if b"null" in text else text.decode()


def _uuid_bytes(text: str) -> bytes:
    """Raises ValueError. The usual spelling is read without making a UUID of it."""
    if len(text) == 36 and (text[8], text[13], text[18], text[23]) == _DASHES:  # noqa: PLR2004 - as UUIDs are written
        found = bytes.fromhex(text.replace("-", ""))
        if len(found) == 16:  # noqa: PLR2004 - fromhex passes over blanks
            return found
    return uuid.UUID(text).bytes


def _refusal(position: int, fact: Fact, error: ContractError) -> Refusal:
    payload = json.dumps(fact.model_dump(mode="python"), default=str)  # ASCII, so that even broken text can be kept
    return Refusal(position, fact.event_id, error.code, str(error), payload, fact.emitter.value)


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    if not rows:
        return STATED.empty_table()
    arrays = [_array(column, field.type) for column, field in zip(zip(*rows, strict=True), STATED, strict=True)]
    return pa.Table.from_arrays(arrays, schema=STATED)


def _array(column: Sequence[object], kind: pa.DataType) -> "pa.Array[Any]":
    if isinstance(kind, pa.UuidType):
        return pa.ExtensionArray.from_storage(kind, pa.array(column, kind.storage_type))
    return pa.array(column, kind)


def decode(table: pa.Table) -> list[Fact]:
    """Facts of the log's columns, as the log returned them."""
    return list(_facts(table))


def _facts(table: pa.Table) -> Iterable[Fact]:
    for row in table.to_pylist():
        row["event_id"] = str(row["event_id"])
        row["properties"] = orjson.loads(row["properties"])
        yield Fact.model_validate(row)


def utc(moment: dtm.datetime) -> dtm.datetime:
    """The same moment in UTC; refuses one without a zone."""
    if moment.tzinfo is None:
        message = f"{moment} has no time zone; give an aware datetime."
        raise ValueError(message)
    return moment.astimezone(dtm.UTC)
