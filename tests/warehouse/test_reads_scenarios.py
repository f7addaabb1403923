"""The numbers of the steps, checked by hand against the small cohort: one message in every state."""

import pytest

from tests.warehouse.small_cohort import tell
from warehouse.local import LocalWarehouse
from warehouse.reads import outbox
from warehouse.reads.scenarios import step_numbers


def test_an_empty_house_has_no_numbers(warehouse: LocalWarehouse) -> None:
    assert step_numbers(warehouse) == {}


def test_every_state_and_reason_is_counted(warehouse: LocalWarehouse) -> None:
    tell(warehouse)
    numbers = step_numbers(warehouse)
    welcome = numbers["welcome", "welcome"]
    assert welcome.states == (("sent", 1), ("failed", 1), ("skipped", 1))
    assert welcome.reasons == (("channel_gone", 1),)
    assert (welcome.planned, welcome.skipped) == (2, 1)
    assert numbers["welcome", "welcome_follow_up"].states == (("uncertain", 1),)
    assert numbers["session", "reminder_1h"].states == (("retrying", 1),)
    assert numbers["after", "follow_up_attended"].states == (("waiting", 1),)


@pytest.mark.parametrize("step", [("welcome", "welcome"), ("session", "reminder_1h"), ("after", "follow_up_attended")])
def test_a_count_and_the_messages_behind_it_agree(warehouse: LocalWarehouse, step: tuple[str, str]) -> None:
    tell(warehouse)
    for state, count in step_numbers(warehouse)[step].states:
        found = outbox.messages(warehouse, state=state, scenario=step[0], step=step[1])
        assert found.total == count
    for reason, count in step_numbers(warehouse)[step].reasons:
        assert outbox.messages(warehouse, scenario=step[0], step=step[1], reason=reason).total == count


def test_planned_are_all_that_were_not_skipped(warehouse: LocalWarehouse) -> None:
    tell(warehouse)
    assert outbox.messages(warehouse, state="planned", scenario="welcome", step="welcome").total == 2
