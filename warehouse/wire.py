"""How facts travel as JSON: our own envelope and CloudEvents 1.0, both ways.

Used by the collect API and by the replay of refused facts. No storage and no HTTP here.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.events import (
    CATALOGUE,
    ContractError,
    Emitter,
    Fact,
    check_emitter,
    check_envelope,
    deterministic_id,
    event_class,
    parse,
)

LONGEST_ID = 200
"""Characters of an id that others give us."""
LONGEST_PROPERTIES = 32 * 1024
"""Characters of JSON."""
ENVELOPE = frozenset(Fact.model_fields)
SET_BY_THE_LOG = ("seq", "recorded_at")
EXTENSIONS = {
    "leadid": "lead_id",
    "webinarid": "webinar_id",
    "sessionid": "session_id",
    "correlationid": "correlation_id",
}
"""CloudEvents extension attributes (lower-case letters only, says its specification) and our fields."""


def name_of(item: object) -> str:
    """The event an item says it is, whatever else is wrong with it; "" if it names none."""
    name = item.get("type" if "specversion" in item else "name") if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else ""


def fact_of(item: object, emitter: Emitter) -> Fact:
    """The fact a JSON item states, checked against the contract.

    `emitter` is what the sender's credential says; the item may repeat it but not change it. Raises ContractError.
    """
    if not isinstance(item, Mapping):
        raise ContractError("invalid_envelope", "An event is a JSON object.")
    _check_speaker(item, emitter)
    fields = _from_cloud_event(item) if "specversion" in item else _from_envelope(item)
    fact = _checked(fields, emitter)
    check_envelope(fact)
    _check_sizes(fact)
    _check_version(fact)
    _check_properties(fact)
    return fact


def cloud_event_of(fact: Fact) -> dict[str, Any]:
    """The fact as a CloudEvents 1.0 JSON object."""
    plain = fact.model_dump(mode="json")
    event = {
        "specversion": "1.0",
        "id": fact.event_id,
        "source": str(fact.emitter),
        "type": fact.name,
        "time": plain["occurred_at"],
        "datacontenttype": "application/json",
        "data": fact.properties,
    }
    return event | {short: plain[field] for short, field in EXTENSIONS.items() if plain[field]}


def _check_speaker(item: Mapping[str, Any], emitter: Emitter) -> None:
    """Whether this credential may say it at all. Asked first: how to write what one may not state helps nobody."""
    stated = item.get("source" if "specversion" in item else "emitter") or emitter
    is_place = "specversion" in item and stated not in list(Emitter)  # a CloudEvent's source may be any address
    if stated != emitter and not is_place:
        message = f"This credential speaks for {emitter}; leave `emitter` out or send {emitter}, not {stated}."
        raise ContractError("emitter_not_allowed", message)
    if name_of(item) in CATALOGUE:
        check_emitter(name_of(item), emitter)


def _from_envelope(item: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(item) - ENVELOPE)
    if unknown:
        message = f"Unknown field {unknown[0]!r}; the envelope has {', '.join(sorted(ENVELOPE))}."
        raise ContractError("invalid_envelope", message)
    if any(item.get(field) is not None for field in SET_BY_THE_LOG):
        raise ContractError("invalid_envelope", "`seq` and `recorded_at` are set by the log: leave them out.")
    fields = {name: value for name, value in item.items() if name not in SET_BY_THE_LOG}
    fields["event_id"] = _uuid(fields.get("event_id"))
    return fields


def _from_cloud_event(item: Mapping[str, Any]) -> dict[str, Any]:
    if item["specversion"] != "1.0":
        raise ContractError("invalid_envelope", "CloudEvents `specversion` must be 1.0.")
    if "data_base64" in item or item.get("datacontenttype", "application/json") != "application/json":
        raise ContractError("invalid_envelope", "CloudEvents `data` must be JSON.")
    source, own_id = item.get("source"), item.get("id")
    if not (isinstance(source, str) and source and isinstance(own_id, str) and own_id):
        raise ContractError("missing_field", "A CloudEvent needs `id` and `source`.")
    fields = {field: item[short] for short, field in EXTENSIONS.items() if short in item}
    return fields | {
        "event_id": _uuid_of_cloud_event(source, own_id),
        "name": item.get("type"),
        "occurred_at": item.get("time"),
        "properties": item.get("data") or {},
    }


def _uuid_of_cloud_event(source: str, own_id: str) -> str:
    """CloudEvents ids are any text, unique within their source: those that are no UUID become one, always the same."""
    try:
        return str(uuid.UUID(own_id))
    except ValueError:
        return deterministic_id("cloudevent", source, own_id)


def _uuid(value: object) -> str:
    if value is None or value == "":
        raise ContractError("missing_id", "Send `event_id`, a UUID of your own: with it a repeat is stored once.")
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise ContractError("invalid_envelope", f"`event_id` must be a UUID, not {str(value)[:80]!r}.") from None


def _checked(fields: Mapping[str, Any], emitter: Emitter) -> Fact:
    for field in ("name", "occurred_at"):
        if not fields.get(field):
            raise ContractError("missing_field", f"Every event needs `{field}`.")
    try:
        return Fact.model_validate({**fields, "emitter": emitter})
    except ValidationError as error:
        raise ContractError("invalid_envelope", in_words(error)) from error


def _check_sizes(fact: Fact) -> None:
    """Ids stand in addresses and tables, and every look at the log reads the properties."""
    for field in EXTENSIONS.values():
        value = getattr(fact, field) or ""
        if len(value) > LONGEST_ID or not value.isprintable() or value != value.strip():
            rule = f"at most {LONGEST_ID} printable characters, without spaces around them"
            raise ContractError("invalid_envelope", f"`{field}` is {rule}.")
    try:
        length = len(json.dumps(fact.properties, ensure_ascii=False))
    except RecursionError:
        raise ContractError("invalid_properties", "The properties are nested too deeply.") from None
    if length > LONGEST_PROPERTIES:
        message = f"The properties have {length} characters of JSON; an event takes at most {LONGEST_PROPERTIES}."
        raise ContractError("invalid_properties", message)


def _check_version(fact: Fact) -> None:
    known = event_class(fact.name).version
    if fact.version > known:
        message = f"{fact.name} has versions up to {known}, not {fact.version}: see docs/events.md, or upgrade Efir."
        raise ContractError("invalid_version", message)


def _check_properties(fact: Fact) -> None:
    try:
        parse(fact.name, fact.properties)
    except ContractError as error:
        cause = error.__cause__
        text = in_words(cause) if isinstance(cause, ValidationError) else str(error)
        raise ContractError(error.code, f"{fact.name}: {text}") from error


def in_words(error: ValidationError) -> str:
    """What pydantic found, one clause a field, without the values (they may be personal)."""
    clauses = (f"{'.'.join(map(str, found['loc'])) or 'value'}: {found['msg']}" for found in error.errors()[:5])
    return "; ".join(clauses)
