"""The reaction over a real log: a lead's whole life, restarts at the worst moments, and a lead that breaks a rule."""

import datetime as dtm
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest

from domain.events import Fact
from domain.reaction import Reaction, react
from domain.scenarios import SCENARIOS
from domain.waves import NOTEWORTHY
from domain.webinars import Schedule
from pipelines.reaction import HORIZON, Clock, Reactor, StepReport
from tests.pipelines.cohort import HOUR, MINUTE, Cohort, lead_id, log_of
from warehouse.credentials import Credential
from warehouse.interface import Receipt, Warehouse, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.reads import reaction as reads


def settle(reactor: Reactor, now: dtm.datetime) -> None:
    """Step until nothing is left to do at this moment."""
    for _ in range(50):
        report = reactor.step(0, lambda: now)
        if not report.facts and not report.backlog and not report.leads and not report.appended:
            return
    raise AssertionError("the reaction does not come to rest")


def live(cohort: Cohort, reactor: Reactor, now: dtm.datetime) -> None:
    """Vera watches everything and answers the offer; Pavel misses it. The reaction looks every minute or five."""
    start = cohort.starts_at
    acts: dict[dtm.datetime, Callable[[dtm.datetime], None]] = {
        now: lambda at: (cohort.visit("vera", at), cohort.visit("pavel", at, None, partner=False))[0],
        now + MINUTE: lambda at: (cohort.submit("vera", at), cohort.submit("pavel", at))[0],
        now + 2 * MINUTE: lambda at: (cohort.link("vera", at), cohort.link("pavel", at))[0],
        start: lambda at: cohort.enter("vera", at),
        start + 35 * MINUTE: lambda at: cohort.click("vera", at),
        start + 36 * MINUTE: lambda at: cohort.answer("vera", at),
        start + 60 * MINUTE: lambda at: cohort.complete("vera", at),
    }
    for minute in (*range(15), *range(15, 120, 5), *range(120, 181), *range(185, 300, 5)):
        moment = now + minute * MINUTE
        if start < moment <= start + HOUR:
            cohort.watch("vera", (moment - start) / MINUTE - 1, (moment - start) / MINUTE)
        acts.get(moment, lambda _: None)(moment)
        settle(reactor, moment)


def test_a_lead_lives_through_everything_in_the_right_order(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    live(cohort, Reactor(door), now)

    assert cohort.planned("vera") == [
        "partner_new_lead",
        "welcome",
        "registered",
        "welcome_follow_up",
        "reminder_1h",
        "reminder_10m",
        "partner_entered",
        "partner_attended",
        "partner_offer_clicked",
        "partner_form_submitted",
    ]
    assert cohort.planned("pavel") == [
        "welcome",
        "registered",
        "welcome_follow_up",
        "reminder_1h",
        "reminder_10m",
        "live_now",
        "live_now_5m",
        "follow_up_not_attended",
        "recording_offer",
    ]
    assert set(cohort.verdicts("vera")) == {"attended"}
    assert cohort.verdicts("pavel") == ["not_attended"]
    assert cohort.names_of("pavel")["post_webinar_route"] == 1


def test_restarting_the_reaction_every_hour_changes_nothing(tmp_path: Path, now: dtm.datetime) -> None:
    def run(path: Path, *, restarts: bool) -> set[str]:
        with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
            cohort = Cohort(warehouse, now + 2 * HOUR)
            cohort.programme(now)
            reactor: Reactor = Restarting(warehouse) if restarts else Reactor(warehouse)
            live(cohort, reactor, now)
            return log_of(warehouse)

    assert run(tmp_path / "a.duckdb", restarts=True) == run(tmp_path / "b.duckdb", restarts=False)


class Restarting(Reactor):
    """Loses its memory now and then, and keeps only the cursor, as a code server that is killed does."""

    steps = 0

    def step(self, wait_seconds: float, now: Clock) -> StepReport:
        self.steps += 1
        if self.steps % 40 == 0:
            fresh = Reactor(self._warehouse)
            fresh.resume(self.cursor, now())
            self.__dict__.update(fresh.__dict__)
        return super().step(wait_seconds, now)


def test_dying_between_append_and_cursor_states_nothing_twice(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    reactor = Reactor(door)
    settle(reactor, now)
    before = reactor.cursor
    cohort.visit("vera", now)
    cohort.submit("vera", now)
    settle(reactor, now)
    once = log_of(cohort.warehouse)

    again = Reactor(door)
    again.resume(before, now)  # the cursor that was saved is the one from before
    settle(again, now)

    assert cohort.names_of("vera")["core_lead_created"] == 1
    assert log_of(cohort.warehouse) == once


def test_the_same_process_may_be_sent_back_to_an_older_cursor(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    reactor = Reactor(door)
    settle(reactor, now)
    before = reactor.cursor
    cohort.submit("vera", now)
    settle(reactor, now)
    once = log_of(cohort.warehouse)

    reactor.resume(before, now)
    settle(reactor, now)

    assert log_of(cohort.warehouse) == once


def test_a_reaction_without_a_cursor_looks_at_everybody(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    for name in ("vera", "pavel", "olga"):
        cohort.submit(name, now)

    settle(Reactor(door), now + dtm.timedelta(days=400))

    assert all(cohort.names_of(name)["core_lead_created"] == 1 for name in ("vera", "pavel", "olga"))


def test_a_lead_whose_rule_raises_holds_up_nobody_and_is_healed_later(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    is_broken = True

    def rules(facts: Sequence[Fact], schedule: Schedule, moment: dtm.datetime) -> Reaction:
        if is_broken and facts[0].lead_id == lead_id("pavel"):
            raise ZeroDivisionError("watched share of an empty session")
        return react(facts, schedule, moment)

    reactor = Reactor(door, rules=rules)
    for name in ("olga", "pavel", "vera"):
        cohort.submit(name, now)
    settle(reactor, now)

    assert [cohort.names_of(name)["core_lead_created"] for name in ("olga", "pavel", "vera")] == [1, 0, 1]
    (kept,) = door.rejected(state="open")
    assert (kept.stage, kept.code) == ("reaction", "rule_failed")
    assert "ZeroDivisionError: watched share of an empty session" in kept.message

    is_broken = False
    settle(reactor, now + HOUR)

    assert cohort.names_of("pavel")["core_lead_created"] == 1
    assert door.rejected(state="open") == []


def test_moving_a_session_moves_its_reminders(cohort: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    reactor = Reactor(door)
    cohort.submit("vera", now)
    cohort.link("vera", now)
    settle(reactor, now)
    cohort.move(now + 6 * HOUR, now)
    settle(reactor, now)

    settle(reactor, now + HOUR + MINUTE)  # the reminder's old moment
    assert "reminder_1h" not in cohort.planned("vera")

    settle(reactor, now + 5 * HOUR)
    assert cohort.planned("vera")[-1] == "reminder_1h"


def test_a_partner_who_links_telegram_later_is_told_of_the_lead(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    cohort = Cohort(warehouse, now + 2 * HOUR)
    cohort.programme(now, is_partner_linked=False)
    reactor = Reactor(warehouse)
    cohort.visit("vera", now)
    cohort.submit("vera", now)
    settle(reactor, now)
    assert cohort.planned("vera") == []

    cohort.link_partner(now + MINUTE)
    settle(reactor, now + MINUTE)

    assert cohort.planned("vera") == ["partner_new_lead"]


def test_many_affected_leads_become_one_request_and_no_second_one(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    reactor = Reactor(door, bulk_leads=5)
    settle(reactor, now)
    names = [f"guest {number}" for number in range(20)]
    for name in names:
        cohort.submit(name, now)

    report = reactor.step(0, lambda: now)

    assert report.bulk is not None
    assert report.bulk.leads == len(names)
    assert sum(cohort.names_of(name)["core_lead_created"] for name in names) == 0

    # What the run would have done is done here after a while, if it never came.
    later = now + 10 * MINUTE
    reports = [reactor.step(0, lambda: later) for _ in range(10)]

    assert all(report.bulk is None for report in reports)
    assert sum(cohort.names_of(name)["core_lead_created"] for name in names) == len(names)


def test_what_a_run_derived_gives_its_leads_their_next_moments(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    reactor = Reactor(door, bulk_leads=1)
    settle(reactor, now)
    cohort.submit("vera", now)
    cohort.submit("pavel", now)
    assert reactor.step(0, lambda: now).bulk is not None

    other = Reactor(door)  # in the run's process
    other.resume(0, now)
    settle(other, now)
    settle(reactor, now)
    report = reactor.step(0, lambda: now + HOUR)  # the reminders' moment has come for both

    assert report.bulk is not None
    assert (report.bulk.leads, report.bulk.is_due) == (2, True)


def test_no_scenario_reaches_further_than_the_horizon_of_a_restart() -> None:
    reaches = [until.offset for scenario in SCENARIOS.values() for step in scenario.steps for until in step.until]

    assert max(reaches) < HORIZON


class Deaf:
    """A warehouse that answers and then loses its connection while the reaction appends."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self.is_down = False

    def append(self, facts: Sequence[Fact], *, quarantine: bool = True) -> list[Receipt]:
        if self.is_down:
            raise ConnectionError
        return self._warehouse.append(facts, quarantine=quarantine)

    def __getattr__(self, name: str) -> object:
        return getattr(self._warehouse, name)


def test_a_failed_append_is_made_up_for_by_the_next_step(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    deaf = Deaf(door)
    reactor = Reactor(deaf)  # type: ignore[arg-type]
    settle(reactor, now)
    cohort.submit("vera", now)
    cohort.link("vera", now)
    deaf.is_down = True
    with pytest.raises(ConnectionError):
        reactor.step(0, lambda: now)

    deaf.is_down = False
    settle(reactor, now)

    assert set(cohort.planned("vera")) == {"welcome", "registered"}


def test_a_moment_that_came_while_nothing_could_be_appended_is_not_forgotten(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    deaf = Deaf(door)
    reactor = Reactor(deaf)  # type: ignore[arg-type]
    cohort.submit("vera", now)
    cohort.link("vera", now)
    settle(reactor, now)
    deaf.is_down = True
    with pytest.raises(ConnectionError):
        reactor.step(0, lambda: now + 11 * MINUTE)

    deaf.is_down = False
    settle(reactor, now + 12 * MINUTE)

    assert "welcome_follow_up" in cohort.planned("vera")


def test_leads_of_a_session_that_grew_are_looked_at_though_the_log_could_not_say_at_once_who_they_are(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their reminders start earlier now; the page that told of the growth is read again, and not counted again."""
    looked_at: set[str | None] = set()

    def watched(facts: Sequence[Fact], schedule: Schedule, moment: dtm.datetime) -> Reaction:
        looked_at.update(fact.lead_id for fact in facts)
        return react(facts, schedule, moment)

    reactor = Reactor(door, rules=watched)
    names = [f"guest {number}" for number in range(NOTEWORTHY)]
    settle(reactor, now)
    cohort.warehouse.append([fact for name in names[:-1] for fact in cohort.form(name, now)])
    settle(reactor, now)
    looked_at.clear()
    cohort.submit(names[-1], now)
    find, refusals = reads.leads_of_sessions, [WarehouseError("away for a moment")]

    def refuse_once(warehouse: Warehouse, session_ids: Collection[str]) -> list[str]:
        if refusals:
            raise refusals.pop()
        return find(warehouse, session_ids)

    monkeypatch.setattr(reads, "leads_of_sessions", refuse_once)
    with pytest.raises(WarehouseError):
        reactor.step(0, lambda: now)
    settle(reactor, now)
    assert {lead_id(name) for name in names} <= looked_at
