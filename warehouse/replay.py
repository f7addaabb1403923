"""Second chance of what was refused: facts are checked as at their door and appended, updates go back into the spool.

Called by the CLI and by the studio's button. What refuses a fact lives in `wire`, in `emitter_keys` and in the log.
"""

import datetime as dtm

import orjson

from domain.events import ContractError, Emitter, Fact
from warehouse import emitter_keys, spool
from warehouse.interface import Receipt, Rejected, Warehouse, WarehouseError
from warehouse.wire import fact_of


def replay(warehouse: Warehouse, rejected_id: str, *, now: dtm.datetime) -> Receipt:
    """Give what was refused another try; on success (or if it is stored already) close it as `replayed`.

    What is still refused stays open and comes back as `rejected` with today's reason. An update of Telegram is
    `accepted` once it is in the notifier's spool again, and refused anew if no handler can take it.
    Raises WarehouseError when there is no such refusal or it is closed already.
    """
    refused = _open(warehouse, rejected_id)
    try:
        is_update = refused.stage == spool.FAILED_STAGE
        receipt = _respool(warehouse, refused) if is_update else _append(warehouse, refused, now)
    except ContractError as error:
        return Receipt("", "rejected", code=error.code, message=str(error))
    if receipt.is_stored:
        warehouse.mark_rejected(rejected_id, "replayed")
    return receipt


def discard(warehouse: Warehouse, rejected_id: str) -> None:
    """Close a refusal for good, without appending. Raises WarehouseError like `replay`."""
    refused = _open(warehouse, rejected_id)
    if refused.stage == spool.FAILED_STAGE:
        warehouse.delete(spool.FAILED, refused.payload)
    warehouse.mark_rejected(rejected_id, "discarded")


def _open(warehouse: Warehouse, rejected_id: str) -> Rejected:
    found = warehouse.rejected(state="open", rejected_id=rejected_id)
    if not found:
        raise WarehouseError(f"Nothing open is named {rejected_id}. List what is: efir replay-rejected")
    return found[0]


def _append(warehouse: Warehouse, refused: Rejected, now: dtm.datetime) -> Receipt:
    fact = _fact(refused)
    stage, _, key_name = refused.stage.partition(":")
    if stage == emitter_keys.STAGE:
        _admit(warehouse, fact, key_name, now)
    return warehouse.append([fact], quarantine=False)[0]


def _fact(refused: Rejected) -> Fact:
    try:
        emitter = Emitter(refused.emitter)
    except ValueError:
        message = f"The refusal names no known emitter ({refused.emitter!r}), so it cannot be replayed: discard it."
        raise ContractError("unknown_emitter", message) from None
    try:
        item = orjson.loads(refused.payload)  # as at the door: json gives up on deep nesting in other ways
    except ValueError:
        raise ContractError(
            "invalid_json", "What was sent is not JSON, so it cannot be replayed: discard it."
        ) from None
    return fact_of(item, emitter)


def _admit(warehouse: Warehouse, fact: Fact, key_name: str, now: dtm.datetime) -> None:
    """The checks of the collect API, against the keys of that name as they are now. Raises ContractError."""
    named = [key for key in emitter_keys.named(warehouse, key_name) if key.emitter == fact.emitter]
    if not named:
        message = f"No key {key_name!r} is in force any more: make one with `efir emitter add`, or discard the fact."
        raise ContractError("unknown_key", message)
    emitter_keys.admit(fact, next((key for key in named if fact.name in key.events), named[0]), now=now)


def _respool(warehouse: Warehouse, refused: Rejected) -> Receipt:
    """Hand the update to the notifier again: its handlers look into the spool. Raises ContractError if it is gone."""
    kept = warehouse.get(spool.FAILED, refused.payload)
    if kept is None:
        raise ContractError("not_kept", "The update is not kept any more (its author was forgotten): discard it.")
    warehouse.put(spool.COLLECTION, refused.payload, kept.body)
    warehouse.delete(spool.FAILED, refused.payload)
    return Receipt("", "accepted", message="The notifier handles it again.")
