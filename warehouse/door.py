"""`interface.Warehouse` as messages: encodes what a door states, decodes what comes back. Subclasses carry them."""

import dataclasses
import datetime as dtm
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import orjson
import pyarrow as pa

from domain.events import Fact
from warehouse.encoding import Encoded, decode, encode, utc
from warehouse.interface import (
    FactPage,
    Identity,
    NoRoom,
    Personal,
    PersonalRow,
    Published,
    Receipt,
    RegistryEntry,
    Rejected,
    VersionConflict,
    WarehouseError,
)
from warehouse.known import Known
from warehouse.messages import Message

ERRORS: Mapping[str, type[WarehouseError]] = MappingProxyType({"version_conflict": VersionConflict, "no_room": NoRoom})
"""What a reply's `error` is raised as; any other one is a WarehouseError."""
REJECTED_FIELDS = [field.name for field in dataclasses.fields(Rejected)]


class Door(ABC):
    """The Warehouse interface over some carrier. Thread-safe when `_carry` is."""

    @cached_property
    def known(self) -> Known:
        """See Warehouse.known. It goes with the door."""
        return Known()

    @abstractmethod
    def _carry(self, method: str, request: Message) -> Message:
        """Bring the request to the engine and its reply back."""

    def _ask(
        self,
        method: str,
        fields: dict[str, Any] | None = None,
        table: pa.Table | None = None,
        carried: Mapping[str, pa.Table] | None = None,
    ) -> Message:
        reply = self._carry(method, Message(fields or {}, table, carried or {}))
        if error := reply.fields.get("error"):
            raise ERRORS.get(error, WarehouseError)(reply.fields["message"])
        return reply

    def append(
        self, facts: Sequence[Fact], *, personal: Sequence[PersonalRow] = (), quarantine: bool = True
    ) -> list[Receipt]:
        """See Warehouse.append."""
        encoded = encode(facts)
        fields = {
            "quarantine": quarantine,
            "personal": [[row.subject_id, row.kind, row.value, row.ref, _iso(row.given_at)] for row in personal],
            "refusals": [dataclasses.astuple(refusal) for refusal in encoded.refusals],
        }
        if not facts and not personal:
            return []
        return _receipts(facts, encoded, self._ask("append", fields, encoded.table).fields)

    def facts_after(
        self, seq: int, *, limit: int = 1000, wait_seconds: float = 0, names: Collection[str] | None = None
    ) -> FactPage:
        """See Warehouse.facts_after."""
        fields = {
            "seq": seq,
            "limit": limit,
            "wait_seconds": wait_seconds,
            "names": sorted(names) if names is not None else None,
        }
        reply = self._ask("facts_after", fields)
        return FactPage(tuple(_facts(reply)), reply.fields["next_seq"])

    def facts_of(
        self,
        *,
        lead_ids: Collection[str | None] | None = None,
        session_ids: Collection[str] | None = None,
        webinar_ids: Collection[str] | None = None,
        visitor_ids: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[Fact]:
        """See Warehouse.facts_of."""
        given = {
            "lead_id": lead_ids,
            "session_id": session_ids,
            "webinar_id": webinar_ids,
            "visitor_id": visitor_ids,
            "name": names,
        }
        return _facts(self._ask("facts_of", {key: list(values) for key, values in given.items() if values is not None}))

    def identify(
        self, contacts: Mapping[Personal, str], *, proposed_lead_id: str, proven: Collection[str] | None = None
    ) -> Identity:
        """See Warehouse.identify."""
        fields = {
            "contacts": {kind.value: value for kind, value in contacts.items()},
            "proposed_lead_id": proposed_lead_id,
            "proven": None if proven is None else list(proven),
        }
        reply = self._ask("identify", fields).fields
        return Identity(reply["lead_id"], is_known=reply["is_known"], also=tuple(reply["also"]))

    def people(self, subject_ids: Collection[str], kinds: Collection[Personal] | None = None) -> list[PersonalRow]:
        """See Warehouse.people."""
        fields = {
            "subject_ids": list(subject_ids),
            "kinds": [kind.value for kind in kinds] if kinds is not None else None,
        }
        return [
            PersonalRow(subject_id, Personal(kind), value, ref, _moment(given_at))
            for subject_id, kind, ref, value, given_at in self._ask("people", fields).fields["rows"]
        ]

    def find_people(self, kind: Personal, value: str) -> list[str]:
        """See Warehouse.find_people."""
        found: list[str] = self._ask("find_people", {"kind": kind.value, "value": value}).fields["subjects"]
        return found

    def erase(self, subject_id: str) -> int:
        """See Warehouse.erase."""
        return int(self._ask("erase", {"subject_id": subject_id}).fields["count"])

    def put(self, collection: str, key: str, body: Mapping[str, Any], *, expect_version: int | None = None) -> int:
        """See Warehouse.put."""
        text = orjson.dumps(dict(body)).decode()
        fields = {"collection": collection, "key": key, "body": text, "expect_version": expect_version}
        return int(self._ask("put", fields).fields["version"])

    def get(self, collection: str, key: str) -> RegistryEntry | None:
        """See Warehouse.get."""
        entry = self._ask("get", {"collection": collection, "key": key}).fields["entry"]
        return RegistryEntry(collection, key, orjson.loads(entry[0]), entry[1]) if entry else None

    def entries(self, collection: str) -> list[RegistryEntry]:
        """See Warehouse.entries."""
        return [
            RegistryEntry(collection, key, orjson.loads(body), version)
            for key, body, version in self._ask("entries", {"collection": collection}).fields["entries"]
        ]

    def delete(self, collection: str, key: str) -> None:
        """See Warehouse.delete."""
        self._ask("delete", {"collection": collection, "key": key})

    def reject(self, *, stage: str, code: str, message: str, payload: str, emitter: str) -> str:
        """See Warehouse.reject."""
        fields = {"stage": stage, "code": code, "message": message, "payload": payload, "emitter": emitter}
        return str(self._ask("reject", fields).fields["rejected_id"])

    def rejected(self, *, state: str | None = None, limit: int = 200, rejected_id: str | None = None) -> list[Rejected]:
        """See Warehouse.rejected."""
        fields = {"state": state, "limit": limit, "rejected_id": rejected_id}
        rows = self._ask("rejected", fields).fields["rows"]
        return [_rejected(row) for row in rows]

    def mark_rejected(self, rejected_id: str, state: Literal["replayed", "discarded"]) -> None:
        """See Warehouse.mark_rejected."""
        self._ask("mark_rejected", {"rejected_id": rejected_id, "state": state})

    def sql(
        self,
        text: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        carried: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """See Warehouse.sql. Parameters may be what Arrow can hold: text, numbers, moments, lists."""
        is_named = isinstance(params, Mapping)
        named = (
            dict(params) if isinstance(params, Mapping) else {f"p{i}": value for i, value in enumerate(params or ())}
        )
        reply = self._ask("sql", {"text": text, "is_named": is_named}, _parameters(named), carried)
        return _table(reply)

    def replace_table(self, name: str, table: pa.Table) -> None:
        """See Warehouse.replace_table."""
        self._ask("replace_table", {"name": name}, table)

    def stage_table(self, name: str, source: str | pa.Table, params: Mapping[str, Any] | None = None) -> str:
        """See Warehouse.stage_table."""
        if isinstance(source, pa.Table):
            reply = self._ask("stage_table", {"name": name, "text": None}, source)
        else:
            reply = self._ask("stage_table", {"name": name, "text": source}, _parameters(params or {}))
        return str(reply.fields["staged"])

    def publish_table(
        self,
        staged: str,
        published: Published,
        *,
        column: str = "",
        keys: str = "",
        since: int | None = None,
    ) -> None:
        """See Warehouse.publish_table."""
        fields = {
            "staged": staged,
            "published": dataclasses.astuple(published),
            "column": column,
            "keys": keys,
            "since": since,
        }
        self._ask("publish_table", fields)

    def discard_table(self, staged: str) -> None:
        """See Warehouse.discard_table."""
        self._ask("discard_table", {"staged": staged})

    def backup(self, folder: Path) -> Path:
        """See Warehouse.backup."""
        return Path(self._ask("backup", {"folder": str(folder.resolve())}).fields["path"])

    def health(self) -> dict[str, Any]:
        """See Warehouse.health."""
        return self._ask("health").fields


def _receipts(facts: Sequence[Fact], encoded: Encoded, reply: dict[str, Any]) -> list[Receipt]:
    first = reply["first_seq"]
    receipts: dict[int, Receipt] = {
        position: Receipt(facts[position].event_id, "accepted", first + row)
        for row, position in enumerate(encoded.positions)
    }
    for row, status, seq, code, message in reply["others"]:
        position = encoded.positions[row]
        receipts[position] = Receipt(facts[position].event_id, status, seq, code, message)
    for bad in encoded.refusals:
        receipts[bad.position] = Receipt(bad.event_id, "rejected", None, bad.code, bad.message)
    return [receipts[position] for position in range(len(facts))]


def _rejected(row: Sequence[Any]) -> Rejected:
    fields = dict(zip(REJECTED_FIELDS, row, strict=True))
    moments = {name: _required(fields[name]) for name in ("first_seen_at", "last_seen_at")}
    return Rejected(**{**fields, **moments})


def _parameters(named: Mapping[str, Any]) -> pa.Table | None:
    return pa.table({name: pa.array([value]) for name, value in named.items()}) if named else None


def _table(reply: Message) -> pa.Table:
    if reply.table is None:
        raise WarehouseError("The warehouse answered without a table; are both sides of the same version?")
    return reply.table


def _facts(reply: Message) -> list[Fact]:
    return decode(_table(reply))


def _iso(moment: dtm.datetime | None) -> str | None:
    return utc(moment).isoformat() if moment else None


def _required(moment: str | dtm.datetime) -> dtm.datetime:
    return utc(moment if isinstance(moment, dtm.datetime) else dtm.datetime.fromisoformat(moment))


def _moment(moment: str | dtm.datetime | None) -> dtm.datetime | None:
    return _required(moment) if moment else None
