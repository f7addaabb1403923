"""A request to the engine and its reply: the one list of what may be asked, over Flight or in process."""

import datetime as dtm
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.credentials import Credential
from warehouse.encoding import Refusal
from warehouse.engine import Engine
from warehouse.interface import NoRoom, Personal, PersonalRow, Published, VersionConflict, WarehouseError
from warehouse.messages import Message

Answer = Callable[[Engine, Credential, dict[str, Any], pa.Table | None], Message]


def answer(engine: Engine, credential: Credential, method: str, request: Message) -> Message:
    """The reply; what went wrong is a reply too (`error`, `message`), so that it survives every wire."""
    try:
        if method == "sql":  # the one that tables are carried along to
            return _sql(engine, request)
        return ANSWERS[method](engine, credential, request.fields, request.table)
    except VersionConflict as error:
        return Message({"error": "version_conflict", "message": str(error)})
    except NoRoom as error:
        return Message({"error": "no_room", "message": str(error)})
    except (WarehouseError, ValueError) as error:  # a ValueError: what was sent is none of what is understood
        return Message({"error": "refused", "message": str(error)})
    except KeyError as error:
        return Message({"error": "refused", "message": f"The warehouse does not understand {method}: no {error}."})


def _append(engine: Engine, credential: Credential, fields: dict[str, Any], table: pa.Table | None) -> Message:
    if table is None:
        raise WarehouseError("append needs a table of facts.")
    outcome = engine.append(
        table,
        credential,
        personal=[_personal_row(row) for row in fields["personal"]],
        refusals=[Refusal(*row) for row in fields["refusals"]],
        quarantine=fields["quarantine"],
    )
    others = [
        [position, verdict.status, verdict.seq, verdict.code, verdict.message]
        for position, verdict in outcome.others.items()
    ]
    return Message({"first_seq": outcome.first_seq, "others": others})


def _personal_row(row: list[Any]) -> PersonalRow:
    subject_id, kind, value, ref, given_at = row
    return PersonalRow(
        subject_id, Personal(kind), value, ref, dtm.datetime.fromisoformat(given_at) if given_at else None
    )


def _facts_after(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    facts, next_seq = engine.facts_after(
        fields["seq"], limit=fields["limit"], wait_seconds=fields["wait_seconds"], names=fields["names"]
    )
    return Message({"next_seq": next_seq}, facts)


def _facts_of(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message(table=engine.facts_of(fields))


def _identify(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    contacts = {Personal(kind): value for kind, value in fields["contacts"].items()}
    found = engine.identify(contacts, proposed_lead_id=fields["proposed_lead_id"], proven=fields.get("proven"))
    return Message({"lead_id": found.lead_id, "is_known": found.is_known, "also": found.also})


def _people(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message({"rows": engine.people(fields["subject_ids"], fields["kinds"])})


def _find_people(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message({"subjects": engine.find_people(fields["kind"], fields["value"])})


def _erase(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message({"count": engine.erase(fields["subject_id"])})


def _put(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    version = engine.put(fields["collection"], fields["key"], fields["body"], expect_version=fields["expect_version"])
    return Message({"version": version})


def _get(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    document = engine.get(fields["collection"], fields["key"])
    return Message({"entry": [document.body, document.version] if document else None})


def _entries(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    found = engine.entries(fields["collection"])
    return Message({"entries": [[key, document.body, document.version] for key, document in found.items()]})


def _delete(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    engine.delete(fields["collection"], fields["key"])
    return Message()


def _reject(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message({"rejected_id": engine.reject(**fields)})


def _rejected(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message({"rows": engine.rejected(**fields)})


def _mark_rejected(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    engine.mark_rejected(fields["rejected_id"], fields["state"])
    return Message()


def _sql(engine: Engine, request: Message) -> Message:
    values = _parameters(request.table)
    params = values if request.fields["is_named"] else list(values.values())
    return Message(table=engine.sql(request.fields["text"], params or None, request.carried))


def _parameters(table: pa.Table | None) -> dict[str, Any]:
    return table.to_pylist()[0] if table is not None and table.num_columns else {}


def _stage_table(engine: Engine, _: Credential, fields: dict[str, Any], table: pa.Table | None) -> Message:
    if fields["text"] is not None:
        return Message({"staged": engine.stage_table(fields["name"], fields["text"], _parameters(table))})
    if table is None:
        raise WarehouseError("stage_table needs a question or a table.")
    return Message({"staged": engine.stage_table(fields["name"], table)})


def _publish_table(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    part = {name: fields[name] for name in ("column", "keys", "since")}
    engine.publish_table(fields["staged"], Published(*fields["published"]), **part)
    return Message()


def _discard_table(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    engine.discard_table(fields["staged"])
    return Message()


def _replace_table(engine: Engine, _: Credential, fields: dict[str, Any], table: pa.Table | None) -> Message:
    if table is None:
        raise WarehouseError("replace_table needs a table.")
    engine.replace_table(fields["name"], table)
    return Message()


def _backup(engine: Engine, _: Credential, fields: dict[str, Any], __: pa.Table | None) -> Message:
    return Message({"path": str(engine.backup(Path(fields["folder"])))})


def _health(engine: Engine, _: Credential, __: dict[str, Any], ___: pa.Table | None) -> Message:
    return Message(engine.health())


ANSWERS: dict[str, Answer] = {
    "append": _append,
    "facts_after": _facts_after,
    "facts_of": _facts_of,
    "identify": _identify,
    "people": _people,
    "find_people": _find_people,
    "erase": _erase,
    "put": _put,
    "get": _get,
    "entries": _entries,
    "delete": _delete,
    "reject": _reject,
    "rejected": _rejected,
    "mark_rejected": _mark_rejected,
    "replace_table": _replace_table,
    "stage_table": _stage_table,
    "publish_table": _publish_table,
    "discard_table": _discard_table,
    "backup": _backup,
    "health": _health,
}
"""Everything that may be asked besides `sql`; `interface.Warehouse` describes each."""
