"""What became of the messages of each scenario's steps, in numbers. The messages themselves are read by `outbox`."""

from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.outbox import STATES, MessageState


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """One step's messages: by state (only those that occur) and, among the skipped, by reason, most frequent first."""

    states: tuple[tuple[MessageState, int], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def planned(self) -> int:
        """Messages that were decided to be sent, whatever became of them."""
        return sum(messages for state, messages in self.states if state != "skipped")

    @property
    def skipped(self) -> int:
        """Messages that will not be sent."""
        return dict(self.states).get("skipped", 0)


def step_numbers(warehouse: Warehouse) -> dict[tuple[str, str], StepNumbers]:
    """Numbers by scenario and step, all versions together. Steps nothing was decided about yet are left out."""
    states: dict[tuple[str, str], dict[MessageState, int]] = {}
    reasons: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in warehouse.sql(load("scenario_steps")).to_pylist():
        step = row["scenario"], row["step_name"]
        counted = states.setdefault(step, {})
        counted[row["state"]] = counted.get(row["state"], 0) + row["messages"]
        if row["state"] == "skipped":
            reasons.setdefault(step, []).append((row["reason"], row["messages"]))
    return {
        step: StepNumbers(
            tuple((state, counted[state]) for state in STATES if state in counted), tuple(reasons.get(step, ()))
        )
        for step, counted in states.items()
    }
