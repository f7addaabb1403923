"""What happens to the items of one collect request: checked, appended in one commit, refusals kept. No HTTP here."""

import datetime as dtm
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from app.api.bodies import Item
from domain.events import ContractError, Fact
from warehouse.emitter_keys import STAGE, EmitterKey, admit, admit_event
from warehouse.interface import Receipt, Warehouse
from warehouse.wire import fact_of, name_of

STATUS_OF_CODE = {"emitter_not_allowed": 403, "event_not_allowed": 403}
Status = Literal["accepted", "duplicate", "conflict", "rejected"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item. `accepted` and `duplicate` are durable."""

    index: int
    status: Status
    event_id: str = ""
    seq: int | None = None
    code: str = ""
    message: str = ""
    rejected_id: str = ""
    """Where the refusal is kept, if this door kept it; staff replays or discards it there."""

    @property
    def http_status(self) -> int:
        """The status a request with this one item answers."""
        if self.status == "conflict":
            return 409
        return STATUS_OF_CODE.get(self.code, 422) if self.status == "rejected" else 200

    def plain(self) -> dict[str, object]:
        """As it stands in the answer: without what is empty."""
        return {name: value for name, value in asdict(self).items() if value not in {"", None}}


def collect(warehouse: Warehouse, key: EmitterKey, items: Sequence[Item], now: dtm.datetime) -> list[Result]:
    """Store what can be stored in one durable commit, keep every refusal with its reason; results in order.

    Raises WarehouseError when the warehouse does not answer: then nothing is acknowledged.
    """
    facts: dict[int, Fact] = {}
    results: dict[int, Result] = {}
    for index, item in enumerate(items):
        try:
            facts[index] = _fact(item, key, now)
        except ContractError as error:
            results[index] = _refuse(warehouse, key, index, item, error)
    if facts:
        receipts = warehouse.append(list(facts.values()))
        results.update(_results(facts, receipts))
    return [results[index] for index in range(len(items))]


def _results(facts: dict[int, Fact], receipts: Sequence[Receipt]) -> Iterator[tuple[int, Result]]:
    for index, receipt in zip(facts, receipts, strict=True):
        yield index, Result(index, receipt.status, receipt.event_id, receipt.seq, receipt.code, receipt.message)


def _fact(item: Item, key: EmitterKey, now: dtm.datetime) -> Fact:
    if not item.is_json:
        raise ContractError("invalid_json", f"Not JSON: {item.value}.")
    admit_event(name_of(item.value), key)  # before its form is looked at, as `fact_of` does with its emitter
    fact = fact_of(item.value, key.emitter)
    admit(fact, key, now=now)
    return fact


def _refuse(warehouse: Warehouse, key: EmitterKey, index: int, item: Item, error: ContractError) -> Result:
    rejected_id = warehouse.reject(
        stage=f"{STAGE}:{key.name}", code=error.code, message=str(error), payload=item.text, emitter=str(key.emitter)
    )
    event_id = item.value.get("event_id") or item.value.get("id") if isinstance(item.value, dict) else ""
    stated = event_id if isinstance(event_id, str) else ""
    return Result(index, "rejected", stated, code=error.code, message=str(error), rejected_id=rejected_id)
