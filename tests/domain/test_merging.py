"""Merges: who goes on for whom, whatever order the facts arrive in."""

import datetime as dtm
import random

from hypothesis import given
from hypothesis import strategies as st

from domain.events import Emitter, Fact, LeadMerged, LeadUnmerged
from domain.merging import survivors

NOON = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


def merged(lead: str, into: str, minute: int) -> Fact:
    return _fact(LeadMerged(action_id=f"{lead}-{minute}", into_lead_id=into), lead, minute)


def parted(lead: str, minute: int) -> Fact:
    return _fact(LeadUnmerged(action_id=f"{lead}-{minute}", by="staff"), lead, minute)


def _fact(event: LeadMerged | LeadUnmerged, lead: str, minute: int) -> Fact:
    return Fact.of(event, emitter=Emitter.CRM, occurred_at=NOON + dtm.timedelta(minutes=minute), lead_id=lead)


def test_a_chain_ends_at_the_one_that_was_merged_into_nobody() -> None:
    assert survivors([merged("a", "b", 1), merged("b", "c", 2)]) == {"a": "c", "b": "c"}


def test_a_merge_that_was_taken_back_counts_no_more() -> None:
    assert survivors([merged("a", "b", 1), parted("a", 2)]) == {}


def test_in_a_circle_nobody_goes_on_for_anybody_until_it_is_opened() -> None:
    circle = [merged("a", "b", 1), merged("b", "c", 2), merged("c", "a", 3)]
    assert survivors([*circle, merged("d", "a", 4), merged("e", "f", 5)]) == {"e": "f"}
    assert survivors([*circle, parted("c", 6)]) == {"a": "c", "b": "c"}


@given(st.lists(st.tuples(*[st.sampled_from("abcde")] * 2, st.booleans()), max_size=8), st.integers(0, 99))
def test_the_order_of_arrival_does_not_matter(steps: list[tuple[str, str, bool]], shuffle: int) -> None:
    facts = [
        merged(lead, into, minute) if is_merge else parted(lead, minute)
        for minute, (lead, into, is_merge) in enumerate(steps)
    ]
    known = survivors(facts)
    random.Random(shuffle).shuffle(facts)  # noqa: S311 - the arrival order of this example
    assert survivors(facts) == known
    assert not known.keys() & set(known.values()), "who goes on was merged into nobody"
