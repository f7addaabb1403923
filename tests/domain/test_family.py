"""Two leads of one person: told each thing once, as before where they are parted again. All of them invented."""

import datetime as dtm
from dataclasses import dataclass, field
from itertools import permutations
from typing import Self

import pytest

from domain.evaluation import PlannedStep
from domain.events import (
    Emitter,
    Fact,
    LeadAssigned,
    LeadMerged,
    LeadUnmerged,
    MessageFailed,
    MessageLimits,
    MessagePlanned,
)
from domain.family import fold_person, people_in
from domain.planner import preview, still_holds
from domain.reaction import react
from domain.webinars import Schedule
from tests.domain.synthetic import BORIS, Story, at, minutes_of, schedule, scheduled

DAY = 24 * 60
ARRIVED = -3 * DAY
VERA, OLGA = "lead-vera", "lead-olga"


@dataclass
class Pair:
    """One log with two leads, Vera and Olga: whatever is told goes through the reaction at once."""

    schedule: Schedule = field(default_factory=schedule)
    log: list[Fact] = field(default_factory=list)

    def of(self, lead_id: str) -> Story:
        """A story that writes into the common log."""
        return Story(self.schedule, lead_id=lead_id, log=self.log)

    def merged(self, minutes: float, lead_id: str = OLGA, into: str = VERA) -> Self:
        story = self.until(minutes).of(lead_id)
        event = LeadMerged(action_id=f"merge-{minutes}", into_lead_id=into)
        story.tell(story.fact(event, Emitter.CRM, minutes, session=None))
        return self.until(minutes)

    def parted(self, minutes: float, lead_id: str = OLGA) -> Self:
        story = self.until(minutes).of(lead_id)
        event = LeadUnmerged(action_id=f"part-{minutes}", by="staff")
        story.tell(story.fact(event, Emitter.CRM, minutes, session=None))
        return self.until(minutes)

    def until(self, minutes: float) -> Self:
        self.of(VERA).until(minutes)
        return self

    def told(self, name: str = "message_planned") -> dict[str, dict[str, float]]:
        """By lead: minutes at which each step was planned (or skipped)."""
        found: dict[str, dict[str, float]] = {VERA: {}, OLGA: {}}
        for fact in self.log:
            if fact.name == name:
                found[str(fact.lead_id)][fact.properties["step"]] = minutes_of(fact.occurred_at)
        return found

    def skipped(self, lead_id: str) -> dict[str, tuple[str, ...]]:
        return {
            fact.properties["step"]: (fact.properties["reason"], *fact.properties["saw"])
            for fact in self.log
            if fact.name == "message_skipped" and fact.lead_id == lead_id
        }

    def asked(self, lead_id: str, step: str, minutes: float) -> PlannedStep:
        """What is true of a planned message of this lead at that minute."""
        own = (fact for fact in self.log if fact.name == "message_planned" and fact.lead_id == lead_id)
        planned = next(fact for fact in own if fact.properties["step"] == step).as_event(MessagePlanned)
        found = still_holds(fold_person(self.log, lead_id), self.schedule, planned, at(minutes))
        assert found is not None
        return found


def pair(*, vera_linked: bool = True, olga_linked: bool = True) -> Pair:
    """Vera registers three days ahead, Olga an hour later for the same session."""
    told = Pair()
    for number, (lead_id, is_linked) in enumerate([(VERA, vera_linked), (OLGA, olga_linked)]):
        moment = ARRIVED + 60 * number
        story = told.of(lead_id).form(moment).registers(moment)
        if is_linked:
            story.links(moment, update_id=number)
        told.until(moment)
    return told.until(ARRIVED + 120)


def test_of_two_places_in_one_session_the_person_hears_once() -> None:
    story = pair().merged(-2 * DAY).until(2 * DAY)
    told = story.told()
    after = {step for step, minute in (*told[VERA].items(), *told[OLGA].items()) if minute > -2 * DAY}
    assert after >= {"reminder_24h", "reminder_1h", "reminder_10m", "live_now", "recording_offer"}
    assert not {step for step in after if step in told[VERA] and step in told[OLGA]}
    assert set(story.skipped(OLGA)["reminder_10m"]) | set(story.skipped(VERA).get("reminder_10m", ())) >= {"superseded"}


def test_keys_name_who_registered_and_never_change() -> None:
    story = pair().merged(-2 * DAY).parted(-30).merged(-5, VERA, OLGA).until(2 * DAY)
    for fact in story.log:
        if fact.name.startswith("message_"):
            assert fact.properties["message_key"].split(":")[2] == fact.lead_id


def test_what_only_the_absorbed_lead_was_promised_still_comes() -> None:
    story = Pair()
    story.of(VERA).form(ARRIVED).links(ARRIVED)
    story.of(OLGA).form(ARRIVED + 60).registers(ARRIVED + 60)
    story.until(ARRIVED + 61).merged(-2 * DAY).until(2 * DAY)
    assert story.told()[OLGA].keys() >= {"registered", "reminder_24h", "reminder_1h", "reminder_10m", "live_now"}
    assert story.told()[VERA].keys() == {"welcome", "welcome_follow_up"}
    assert story.skipped(OLGA)["welcome"] == ("superseded", f"told_as_{VERA}"), "nobody is welcomed twice"


@pytest.mark.parametrize(
    ("vera_linked", "olga_linked", "chats"),
    [(True, True, (VERA, OLGA)), (True, False, (VERA, OLGA)), (False, True, (OLGA, VERA))],
)
def test_the_chat_is_the_survivor_s_or_else_the_absorbed_one_s(
    *, vera_linked: bool, olga_linked: bool, chats: tuple[str, ...]
) -> None:
    story = pair(vera_linked=vera_linked, olga_linked=olga_linked).merged(-2 * DAY)
    person = fold_person(story.log)
    assert (person.lead_id, person.channel, person.reached_as) == (VERA, "linked", chats)


def test_a_lead_without_a_chat_is_reached_since_the_merge_as_if_it_had_linked_then() -> None:
    story = pair(olga_linked=False).merged(-20 * 60)
    assert fold_person(story.log).reached_since == {VERA: at(ARRIVED), OLGA: at(-20 * 60)}
    assert "registered" not in story.told()[OLGA], "Vera was told of the same place"


@pytest.mark.parametrize("who", [VERA, OLGA])
def test_a_withdrawal_by_either_counts_for_both(who: str) -> None:
    story = pair().merged(-2 * DAY).until(-90)
    story.of(who).withdraws(-90, "processing")
    story.until(0.5)
    late = [step for told in story.told().values() for step, minute in told.items() if minute > -90]
    assert late == []


def test_parted_again_each_gets_what_is_still_ahead_and_nothing_again() -> None:
    story = pair().merged(-2 * DAY).parted(-30).until(0.5)
    told = story.told()
    assert {"reminder_10m", "live_now"} <= told[VERA].keys() & told[OLGA].keys()
    once = {"reminder_24h", "reminder_1h"}
    assert once <= told[VERA].keys() | told[OLGA].keys()
    assert not once & told[VERA].keys() & told[OLGA].keys()


def test_parted_before_anything_came_of_it_they_are_as_if_never_merged() -> None:
    alone, parted = pair().until(2 * DAY), pair().merged(-2 * DAY).parted(-2 * DAY + 5).until(2 * DAY)
    assert parted.told() == alone.told()
    assert parted.told("message_skipped") == alone.told("message_skipped")


def test_the_daily_cap_is_the_person_s() -> None:
    """One marketing message a day: Olga was written to about another session, so Vera's follow-up is one too many."""
    later = scheduled(starts_at=at(90), session="late")
    world = schedule(later, limits=MessageLimits(daily_cap=1))
    story = Pair(world)
    story.of(VERA).form(ARRIVED).registers(ARRIVED).links(ARRIVED, update_id=1)
    story.of(OLGA).form(ARRIVED + 60).registers(ARRIVED + 60, session="late").links(ARRIVED + 60, update_id=2)
    alone = Pair(world, log=list(story.log)).until(2 * DAY)
    told = [step for steps in alone.told().values() for step in steps]
    assert told.count("follow_up_not_attended") == 2
    story.merged(-2 * DAY).until(2 * DAY)
    told = [step for steps in story.told().values() for step in steps]
    assert told.count("follow_up_not_attended") == 1
    assert story.skipped(OLGA)["follow_up_not_attended"] == ("capped", "1_a_day")


def test_who_attended_as_one_of_them_attended() -> None:
    story = pair().merged(-2 * DAY).until(0)
    story.of(OLGA).enters(0).watches(0, 60)
    story.until(2 * DAY)
    steps = [step for told in story.told().values() for step in told]
    assert steps.count("follow_up_attended") == 1
    assert not {"follow_up_not_attended", "recording_offer", "next_session_offer"} & set(steps)
    assert not [step for step in ("live_now_5m",) if step in steps], "who is in the room is not called into it"


def test_who_left_as_one_and_sits_there_as_the_other_is_in_the_room() -> None:
    story = pair().merged(-2 * DAY)
    story.of(VERA).enters(1).leaves(2)
    story.of(OLGA).enters(3).watches(3, 5)
    assert fold_person(story.log).attendees["evening"].is_in_room(at(5))
    story.of(OLGA).leaves(5)
    assert not fold_person(story.log).attendees["evening"].is_in_room(at(5))


def test_what_both_were_to_be_told_before_the_merge_is_sent_once() -> None:
    story = pair().until(-59).merged(-58.5)
    told = story.told()
    assert "reminder_1h" in told[VERA].keys() & told[OLGA].keys(), "each by itself, before anybody knew"
    first, second = sorted((VERA, OLGA), key=lambda who: told[who]["reminder_1h"])
    assert story.asked(first, "reminder_1h", -58).state == "planned"
    found = story.asked(second, "reminder_1h", -58)
    assert (found.state, found.reason, found.saw) == ("skipped", "superseded", (f"told_as_{first}",))
    story.parted(-57)
    assert story.asked(second, "reminder_1h", -56).state == "planned", "two people are two people"


def test_an_intent_that_failed_for_good_stands_in_nobody_s_way() -> None:
    story = pair().until(-59).merged(-58.5)
    first, second = sorted((VERA, OLGA), key=lambda who: story.told()[who]["reminder_1h"])
    failed = MessageFailed(
        message_key=f"session:1:{first}:evening:reminder_1h",
        attempt=1,
        transport="telegram",
        code="bad_request",
        detail="",
    )
    teller = story.of(first)
    teller.tell(teller.fact(failed, Emitter.NOTIFIER, -58.2))
    assert story.asked(second, "reminder_1h", -58).state == "planned"


def test_an_erased_lead_s_own_messages_end_and_with_the_survivor_s_erasure_all_do() -> None:
    story = pair().merged(-2 * DAY).until(-90)
    story.of(OLGA).is_erased(-90)
    story.until(-5)
    assert story.told()[VERA].keys() >= {"reminder_10m"}
    assert story.skipped(OLGA)["reminder_10m"][0] == "exited"
    other = pair().merged(-2 * DAY).until(-90)
    other.of(VERA).is_erased(-90)
    other.until(-5)
    assert not [step for told in other.told().values() for step, minute in told.items() if minute > -90]


def test_a_partner_given_by_hand_is_the_person_s() -> None:
    story = pair().merged(-2 * DAY).until(-100)
    teller = story.of(VERA)
    event = LeadAssigned(action_id="give", partner_id=BORIS, reason="asked", by="staff")
    teller.tell(teller.fact(event, Emitter.CRM, -100, session=None))
    story.of(OLGA).enters(1)
    story.until(2)
    [alert] = [fact for fact in story.log if fact.properties.get("step") == "partner_entered"]
    assert (alert.properties["partner_id"], alert.lead_id) == (BORIS, OLGA)


def test_the_preview_shows_once_what_comes_once() -> None:
    story = pair().merged(-2 * DAY)
    steps = [step for step in preview(story.log, story.schedule, at(-2 * DAY)) if step.state == "waiting"]
    ahead = [(step.run.scenario.name, step.step.key) for step in steps if step.step.recipient == "candidate"]
    assert len(ahead) == len(set(ahead))
    assert ("session", "reminder_1h") in ahead


def test_a_chain_of_merges_is_one_person_whatever_order_its_facts_are_read_in() -> None:
    story = pair().merged(-2 * DAY).merged(-DAY, VERA, "lead-third")
    story.of("lead-third").form(ARRIVED + 30)
    told = [fact for fact in story.log if fact.name in {"core_ingest_event", "lead_merged"}]
    for order in permutations(told, len(told)):
        assert {head: set(own) for head, own in people_in(order).items()} == {"lead-third": {"lead-third", VERA, OLGA}}


def test_two_people_in_one_log_are_reacted_to_as_two() -> None:
    story = pair()
    assert react(story.log, story.schedule, at(-2 * DAY)).facts == ()
    assert set(people_in(story.log)) == {VERA, OLGA}
    assert fold_person(story.log, OLGA).lead_id == OLGA
    assert fold_person([], OLGA).lead_id == ""


def test_a_merge_in_a_circle_silences_nobody() -> None:
    story = pair().merged(-2 * DAY).merged(-2 * DAY + 1, VERA, OLGA).until(-5)
    told = story.told()
    assert {"reminder_1h", "reminder_10m"} <= told[VERA].keys() & told[OLGA].keys()


def test_time_zone_and_language_are_the_newest_said_by_either() -> None:
    story = pair().merged(-2 * DAY)
    story.of(OLGA).form(-100, zone="Asia/Tokyo", language="en")
    person = fold_person(story.log)
    assert (person.time_zone, person.language) == ("Asia/Tokyo", "en")
    assert person.linked_at is not None
    assert person.linked_at <= at(0) - dtm.timedelta(days=2)
