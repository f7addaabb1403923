"""A state machine lives through everything that happens to an evaluator of scenarios, and to what it evaluates.

Facts come late, twice and out of order; sessions move and are cancelled; staff pauses; evaluators crash half-way, see
an old log, or run two at a time. The log keeps the first fact of an id, as the warehouse does. What a slow evaluator
planned too late the sender stops: it asks again on the newest log.
"""

import datetime as dtm
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.events import AttendancePolicy, Emitter, Fact, MessagePlanned, MessageSent
from domain.family import fold_person, people_in
from domain.leads import Lead
from domain.planner import plan, still_holds
from domain.reaction import react
from domain.scenarios import CURRENT
from domain.webinars import Schedule, fold_schedule
from tests.domain.synthetic import ANNA, SESSION, START, Story, at, cancelled, configured, minutes_of, moved, programme
from tests.domain.test_pauses import paused, resumed
from tests.examples import examples

DAY = 24 * 60
MARKETING = {step.key for scenario in CURRENT.values() for step in scenario.steps if step.message_class == "marketing"}
TARGETS = [(name, None) for name in CURRENT] + [("session", "reminder_1h"), ("welcome", "welcome")]
DECISIONS = frozenset({"message_planned", "message_skipped"})
EXITS = {step.key: step.exits for scenario in CURRENT.values() for step in scenario.steps if step.exits}
ENDINGS: dict[str, Callable[[Fact], bool]] = {
    "form_submitted": lambda fact: fact.name == "client_webinar_form_submitted",
    "has_attended": lambda fact: fact.name == "post_webinar_route" and fact.properties["route"] == "attended",
    "replay_watched": lambda fact: fact.name == "client_webinar_replay_watched",
}
"""The facts that make a person leave a step, read off the log itself."""
USUAL = fold_schedule(programme())
minutes = st.sampled_from([1, 5, 15, 60, 6 * 60, DAY])
delays = st.sampled_from([0, 0, 1, 30, 3 * 60])


class Evaluators(RuleBasedStateMachine):
    """`log` is what the warehouse holds; `transit` are facts that happened and have not arrived yet."""

    def __init__(self) -> None:
        super().__init__()
        self.now = -3 * DAY
        self.log: dict[str, Fact] = {}
        self.transit: list[tuple[int, Fact]] = []
        self.programme = programme()
        self.folded = (len(self.programme), fold_schedule(self.programme))
        self.sent: set[str] = set()
        self.visits = 0
        self.switches = 0

    # --- the world

    @initialize(linked=st.booleans(), partner=st.booleans(), hours=st.sampled_from([72, 30, 3, 0.5]))
    def somebody_registers(self, *, linked: bool, partner: bool, hours: float) -> None:
        self.now = round(-hours * 60)
        self.tell(self.story.touches(self.now - 1, partner_id=ANNA if partner else None), 0)
        self.tell(self.story.form(self.now).registers(self.now), 0)
        if linked:
            self.tell(self.story.links(self.now, update_id=1), 0)

    @property
    def story(self) -> Story:
        return Story(USUAL)

    def tell(self, story: Story, delay: int) -> None:
        """What the story says happens now, and arrives `delay` minutes later."""
        self.transit += [(self.now + delay, fact.model_copy(update={"seq": None})) for fact in story.log]
        self.arrive()

    def arrive(self) -> None:
        due = [fact for when, fact in self.transit if when <= self.now]
        self.transit = [(when, fact) for when, fact in self.transit if when > self.now]
        self.append(due)

    def append(self, facts: list[Fact]) -> None:
        """The first fact of an id stays."""
        for fact in facts:
            if fact.event_id not in self.log:
                self.log[fact.event_id] = fact.model_copy(update={"seq": len(self.log) + 1})

    @rule(delay=delays)
    def links(self, delay: int) -> None:
        self.tell(self.story.links(self.now, update_id=1000 + self.now % 10_000), delay)

    @rule(delay=delays)
    def blocks(self, delay: int) -> None:
        self.tell(self.story.blocks(self.now), delay)

    @rule(delay=delays)
    def comes_back(self, delay: int) -> None:
        self.tell(self.story.unblocks(self.now), delay)

    @rule(purpose=st.sampled_from(["marketing", "processing"]), delay=delays)
    def withdraws(self, purpose: str, delay: int) -> None:
        self.now += 1  # never in the very microsecond of the form that gave it
        self.arrive()
        self.tell(self.story.withdraws(self.now, purpose), delay)

    @rule(delay=delays)
    def clicks_the_offer(self, delay: int) -> None:
        self.tell(self.story.clicks(self.now), delay)

    @rule(delay=delays)
    def watches_the_recording(self, delay: int) -> None:
        self.tell(self.story.watches_replay(self.now - 5, self.now), delay)

    @precondition(lambda self: self.now > 0)  # not before there was anything to be forgotten, or nothing else is seen
    @rule(delay=delays)
    def is_forgotten(self, delay: int) -> None:
        self.tell(self.story.is_erased(self.now), delay)

    @rule(minutes_needed=st.sampled_from([1, 10, 59]))
    def the_policy_changes(self, minutes_needed: int) -> None:
        self.switches += 1
        policy = AttendancePolicy(version=self.switches + 1, attended_minutes=minutes_needed, attended_share=1)
        anew = configured(action_id=f"policy-{self.switches}", policy=policy)
        self.programme.append(anew.model_copy(update={"occurred_at": at(self.now)}))

    @rule(length=st.integers(1, 40), delay=delays)
    def watches(self, length: int, delay: int) -> None:
        self.visits += 1
        came = self.story.enters(self.now, self.visits)
        self.tell(came.watches(self.now, self.now + length, f"c{self.visits}"), delay)

    @rule(delay=delays)
    def submits(self, delay: int) -> None:
        self.tell(self.story.submits(self.now), delay)

    @rule(ahead=st.sampled_from([15, 90, DAY]))
    def the_session_moves(self, ahead: int) -> None:
        self.switches += 1
        self.programme.append(moved(at(self.now + ahead), at(self.now), f"move-{self.switches}"))

    @rule()
    def the_session_is_cancelled(self) -> None:
        self.programme.append(cancelled(at(self.now)))

    @rule(what=st.sampled_from(TARGETS), is_pause=st.booleans())
    def staff_switches(self, what: tuple[str, str | None], *, is_pause: bool) -> None:
        self.programme.append((paused if is_pause else resumed)(self.now, *what))

    @rule(length=minutes)
    def time_passes(self, length: int) -> None:
        self.now += length
        self.arrive()

    # --- the evaluators

    @property
    def schedule(self) -> Schedule:
        if self.folded[0] != len(self.programme):
            self.folded = (len(self.programme), fold_schedule(self.programme))
        return self.folded[1]

    def evaluate(self, log: list[Fact]) -> list[Fact]:
        """What an evaluator that sees this log wants to say now, with every promise checked as it says it."""
        schedule = self.schedule
        produced = list(react(log, schedule, at(self.now)).facts)
        self.check(produced, schedule, [*log, *produced])
        return produced

    def check(self, produced: list[Fact], schedule: Schedule, log: list[Fact]) -> None:
        keys = [fact.properties["message_key"] for fact in produced if fact.name in DECISIONS]
        assert len(keys) == len(set(keys)), "one evaluation decides a message once"
        for fact in produced:
            if fact.name != "message_planned":
                continue
            said = fact.properties
            assert at(self.now) < dtm.datetime.fromisoformat(said["valid_until"]), "nothing is late"
            assert dtm.datetime.fromisoformat(said["due_at"]) <= at(self.now), "nothing is early"
            assert not schedule.pauses.is_held(said["scenario"], said["step"], at(self.now)), "nothing leaves a pause"
            self.check_person(fact, schedule, log)

    def check_person(self, planned: Fact, schedule: Schedule, log: list[Fact]) -> None:
        """What must be true of a message the moment it is planned and the moment it is sent, read off the log."""
        is_cancelled = planned.session_id is not None and schedule.sessions[SESSION].status == "cancelled"
        assert not is_cancelled or planned.properties["step"] == "session_cancelled", "no session, no other message"
        log = self.facts_of(planned, log)
        assert not any(fact.name == "lead_erased" for fact in log), "nobody is there any more"
        step = planned.properties["step"]
        purpose = "marketing" if step in MARKETING else "processing"
        withdrawn = {fact.properties["purpose"] for fact in log if fact.name == "consent_withdrawn"}
        assert purpose not in withdrawn, "nothing follows a withdrawal"
        for ending in EXITS.get(step, ()):
            assert not any(ENDINGS[ending](fact) for fact in log), f"nothing follows the exit {ending}"

    def facts_of(self, planned: Fact, log: list[Fact]) -> list[Fact]:
        """What the message hangs on."""
        return [fact for fact in log if fact.lead_id == planned.lead_id]

    def people(self, log: list[Fact]) -> list[Lead]:
        """Everybody the log tells of."""
        return [fold_person(log, next(iter(own))) for own in people_in(log).values()]

    @rule()
    def the_sender_has_its_turn(self) -> None:
        """Whatever is planned and not sent is asked again, on the log and the programme of this moment."""
        log, schedule = list(self.log.values()), self.schedule
        for fact in [fact for fact in log if fact.name == "message_planned"]:
            planned = fact.as_event(MessagePlanned)
            lead = fold_person(self.log.values(), fact.lead_id or "")
            found = still_holds(lead, schedule, planned, at(self.now))
            assert found is not None
            if planned.message_key in self.sent or found.state != "planned":
                continue
            assert found.valid_until is None or at(self.now) < found.valid_until, "nothing is late"
            assert not schedule.pauses.is_held(planned.scenario, planned.step, at(self.now)), "nothing leaves a pause"
            self.check_person(fact, schedule, log)
            self.goes_out(fact)
            event = MessageSent(
                message_key=planned.message_key, attempt=1, transport="telegram", transport_message_id="1"
            )
            sent = Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=at(self.now), lead_id=fact.lead_id)
            self.append([sent])

    def goes_out(self, planned: Fact) -> None:
        self.sent.add(planned.properties["message_key"])

    @rule()
    def reacts(self) -> None:
        self.append(self.evaluate(list(self.log.values())))

    @rule(data=st.data())
    def reacts_to_a_log_in_disorder(self, data: Any) -> None:
        facts = list(self.log.values())
        order = data.draw(st.permutations(facts)) if len(facts) < 40 else facts[::-1]
        self.append(self.evaluate([*order, *facts[: len(facts) // 2]]))

    @rule(share=st.integers(0, 4))
    def crashes_half_way(self, share: int) -> None:
        produced = self.evaluate(list(self.log.values()))
        self.append(produced[: len(produced) * share // 5])

    @rule()
    def two_react_at_once(self) -> None:
        facts = list(self.log.values())
        self.append([*self.evaluate(facts), *self.evaluate(facts)])

    @rule(length=st.integers(1, 30))
    def one_reacts_and_another_says_the_same_later(self, length: int) -> None:
        slow = self.evaluate(list(self.log.values()))
        self.now += length
        self.arrive()
        self.append(self.evaluate(list(self.log.values())))
        self.append(slow)

    # --- promises

    @invariant()
    def one_intent_a_key(self) -> None:
        keys = [fact.properties["message_key"] for fact in self.log.values() if fact.name in DECISIONS]
        assert len(keys) == len(set(keys))

    @invariant()
    def nothing_is_lost(self) -> None:
        """After an evaluation every step of every running scenario is decided, or waits and says for what."""
        log = list(self.log.values())
        log += react(log, self.schedule, at(self.now)).facts
        for step in [step for lead in self.people(log) for step in plan(lead, self.schedule, at(self.now))]:
            if step.state == "waiting":
                assert step.reason in {"no_occasion", "not_due", "waiting_for_telegram", "quiet_hours", "paused"}
                assert step.reason == "no_occasion" or step.at is None or step.at > at(self.now)
                if step.reason == "paused":
                    assert self.schedule.pauses.is_held(step.run.scenario.name, step.step.key, at(self.now))
            else:
                assert step.is_decided

    def teardown(self) -> None:
        """Left alone, everything comes to an end: what can be decided is decided, and then nothing more is said."""
        if not self.log:
            return
        self.now = round(max(self.now, minutes_of(START))) + 30 * DAY
        self.arrive()
        self.append(self.evaluate(list(self.log.values())))
        assert not self.evaluate(list(self.log.values()))
        steps = [
            step for lead in self.people(list(self.log.values())) for step in plan(lead, self.schedule, at(self.now))
        ]
        assert all(step.reason == "no_occasion" for step in steps if step.state == "waiting")


TestEvaluators = Evaluators.TestCase
TestEvaluators.settings = examples(60, steps=35)
