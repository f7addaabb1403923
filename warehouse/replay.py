"""Second chance of refused facts: read what was kept, check it against today's contract, append it again.

Called by the CLI and by the studio's button. What refuses a fact lives in `wire` and in the log, not here.
"""

import json

from domain.events import ContractError, Emitter, Fact
from warehouse.interface import Receipt, Rejected, Warehouse, WarehouseError
from warehouse.wire import fact_of


def replay(warehouse: Warehouse, rejected_id: str) -> Receipt:
    """Append the refused fact again; on success (or if it is stored already) close it as `replayed`.

    A fact that still breaks the contract stays open and comes back as `rejected` with today's reason.
    Raises WarehouseError when there is no such refusal or it is closed already.
    """
    refused = _open(warehouse, rejected_id)
    try:
        fact = _fact(refused)
    except ContractError as error:
        return Receipt("", "rejected", code=error.code, message=str(error))
    receipt = warehouse.append([fact], quarantine=False)[0]
    if receipt.status in {"accepted", "duplicate"}:
        warehouse.mark_rejected(rejected_id, "replayed")
    return receipt


def discard(warehouse: Warehouse, rejected_id: str) -> None:
    """Close a refusal for good, without appending. Raises WarehouseError like `replay`."""
    _open(warehouse, rejected_id)
    warehouse.mark_rejected(rejected_id, "discarded")


def _open(warehouse: Warehouse, rejected_id: str) -> Rejected:
    for refused in warehouse.rejected(state="open", limit=1_000_000):
        if refused.rejected_id == rejected_id:
            return refused
    raise WarehouseError(f"No open refused fact {rejected_id}. List them with `efir replay-rejected --list`.")


def _fact(refused: Rejected) -> Fact:
    try:
        emitter = Emitter(refused.emitter)
    except ValueError:
        message = f"The refusal names no known emitter ({refused.emitter!r}), so it cannot be replayed: discard it."
        raise ContractError("unknown_emitter", message) from None
    try:
        item = json.loads(refused.payload)
    except ValueError:
        raise ContractError(
            "invalid_json", "What was sent is not JSON, so it cannot be replayed: discard it."
        ) from None
    return fact_of(item, emitter)
