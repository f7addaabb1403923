"""The state machine of the evaluators once more, with two leads of one person, merged and parted at any moment.

Whatever arrives late, twice or out of order: after a merge the person is told each thing once, as one of the two; what
either was promised is not lost; a withdrawal or an exit of either counts for both.
"""

from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from domain.events import Emitter, Fact, LeadMerged, LeadUnmerged
from domain.family import people_in
from domain.merging import Families
from tests.domain.synthetic import ANNA, Story
from tests.domain.test_planner_machine import USUAL, Evaluators, delays
from tests.examples import examples

FIRST, SECOND = "lead-vera", "lead-vera-2"
TRAITS = ("much later", "partner", "registers", "linked")
AGAIN = [frozenset(chosen) for many in range(len(TRAITS) + 1) for chosen in combinations(TRAITS, many)]
"""How the second lead may come."""


def promise_of(fact: Fact) -> tuple[str, str, str]:
    """What a decision is about, whoever it names: read off its key."""
    scenario, _, _, trigger, step = fact.properties["message_key"].split(":")
    return scenario, "" if scenario == "welcome" else trigger, step


def one_with(lead_id: str | None, log: list[Fact]) -> tuple[str, ...]:
    return Families(log).of(lead_id or "")


class MergedEvaluators(Evaluators):
    """`who` does what happens next."""

    def __init__(self) -> None:
        super().__init__()
        self.who = FIRST
        self.deeds = 0

    @property
    def story(self) -> Story:
        return Story(USUAL, lead_id=self.who)

    @initialize(
        linked=st.booleans(),
        partner=st.booleans(),
        hours=st.sampled_from([72, 30, 3, 0.5]),
        second=st.sampled_from(AGAIN),
    )
    def somebody_registers(self, *, linked: bool, partner: bool, hours: float, second: frozenset[str]) -> None:
        """The first lead, and a little later the second one."""
        super().somebody_registers(linked=linked, partner=partner, hours=hours)
        self.now += 40 if "much later" in second else 1
        self.arrive()
        self.who = SECOND
        self.tell(self.story.touches(self.now - 1, partner_id=ANNA if "partner" in second else None), 0)
        self.tell(self.story.form(self.now), 0)
        if "registers" in second:
            self.tell(self.story.registers(self.now), 0)
        if "linked" in second:
            self.tell(self.story.links(self.now, update_id=2), 0)

    @rule(who=st.sampled_from([FIRST, SECOND]))
    def is_somebody(self, who: str) -> None:
        self.who = who

    @rule(delay=delays)
    def registers(self, delay: int) -> None:
        self.tell(self.story.registers(self.now), delay)

    @rule(who=st.sampled_from([FIRST, SECOND]), delay=delays)
    def is_merged(self, who: str, delay: int) -> None:
        other = SECOND if who == FIRST else FIRST
        self.deeds += 1
        self.state(who, LeadMerged(into_lead_id=other, action_id=f"merge-{self.deeds}", by="admin"), delay)

    @rule(who=st.sampled_from([FIRST, SECOND]), delay=delays)
    def is_parted(self, who: str, delay: int) -> None:
        self.deeds += 1
        self.state(who, LeadUnmerged(action_id=f"part-{self.deeds}", by="admin"), delay)

    def state(self, who: str, event: LeadMerged | LeadUnmerged, delay: int) -> None:
        story = Story(USUAL, lead_id=who)
        self.tell(story.tell(story.fact(event, Emitter.CRM, self.now, session=None)), delay)

    def facts_of(self, planned: Fact, log: list[Fact]) -> list[Fact]:
        """The whole family's, but for an erasure: it is its own lead's, or of the one that goes on for all."""
        ours = one_with(planned.lead_id, log)
        return [
            fact
            for fact in log
            if fact.lead_id in ours and (fact.name != "lead_erased" or fact.lead_id in {ours[0], planned.lead_id})
        ]

    def check(self, produced: list[Fact], schedule: Any, log: list[Fact]) -> None:
        super().check(produced, schedule, log)
        for fact in produced:
            if fact.name == "message_planned":
                same = [
                    one
                    for one in log
                    if one.name == "message_planned"
                    and one.lead_id in one_with(fact.lead_id, log)
                    and promise_of(one) == promise_of(fact)
                ]
                assert [one.lead_id for one in same] == [fact.lead_id], "a person is told once"

    def goes_out(self, planned: Fact) -> None:
        log = list(self.log.values())
        ours = one_with(planned.lead_id, log)
        same = {
            fact.properties["message_key"]
            for fact in log
            if fact.name == "message_planned" and fact.lead_id in ours and promise_of(fact) == promise_of(planned)
        }
        assert not same & self.sent, "what went out as one lead does not go out as the other"
        super().goes_out(planned)

    def teardown(self) -> None:
        """Nothing is given up for the other's sake unless the other was told."""
        super().teardown()
        log = list(self.log.values())
        told = {(fact.lead_id, promise_of(fact)) for fact in log if fact.name == "message_planned"}
        for fact in log:
            if fact.name == "message_skipped" and fact.properties["reason"] == "superseded":
                (saw,) = fact.properties["saw"]
                assert (saw.removeprefix("told_as_"), promise_of(fact)) in told
        assert sum(len(own) for own in people_in(log).values()) <= 2


TestMergedEvaluators = MergedEvaluators.TestCase
TestMergedEvaluators.settings = examples(60, steps=40)
