"""Failures of the house: one stretch of time each, whatever order the facts arrive in; an observer says only news."""

import datetime as dtm
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import failure_words
from domain.events import Fact, FailureKind, HouseFailed
from domain.failures import Failure, Seen, failure_id, fold_failures, observed, over, present

START = dtm.datetime(2030, 5, 1, 12, tzinfo=dtm.UTC)
MINUTE = dtm.timedelta(minutes=1)
JOB = ("run", "refresh_marts")


def failing(since: dtm.datetime = START) -> Seen:
    return Seen("run", "refresh_marts", since, "run-1")


def test_a_failure_is_stated_once_while_it_lasts_and_once_when_it_is_over() -> None:
    facts = observed([failing()], (), (), START)
    assert [fact.name for fact in facts] == ["house_failed"]
    assert observed([failing(START + MINUTE)], (), fold_failures(facts), START + MINUTE) == [], "it lasts"
    facts += observed([], {JOB}, fold_failures(facts), START + 2 * MINUTE)
    assert [fact.name for fact in facts] == ["house_failed", "house_recovered"]
    (whole,) = fold_failures(facts)
    assert (whole.since, whole.recovered_at) == (START, START + 2 * MINUTE)
    assert observed([], {JOB}, fold_failures(facts), START + 3 * MINUTE) == []


def test_what_nobody_could_look_at_is_neither_failing_nor_well() -> None:
    facts = observed([failing()], (), (), START)
    assert observed([], (), fold_failures(facts), START + MINUTE) == []


def test_what_staff_settled_is_not_stated_again_though_it_is_still_seen_but_a_new_failure_is() -> None:
    facts = observed([failing()], (), (), START)
    facts.append(over(fold_failures(facts)[0], START + MINUTE, by="anna@example.org"))
    assert observed([failing()], (), fold_failures(facts), START + 2 * MINUTE) == []
    again = observed([failing(START + 3 * MINUTE)], (), fold_failures(facts), START + 3 * MINUTE)
    assert [fact.name for fact in again] == ["house_failed"]
    assert fold_failures(facts)[0].by == "anna@example.org"


def test_two_observers_make_one_failure_of_a_thing_and_its_end_ends_both() -> None:
    facts = observed([failing(START)], (), (), START) + observed([failing(START + MINUTE)], (), (), START)
    found = fold_failures(facts)
    assert present(found)[JOB].since == START
    facts += observed([], {JOB}, found, START + 2 * MINUTE)
    assert present(fold_failures(facts)) == {}


def test_the_name_of_a_failure_is_the_id_of_its_fact_in_any_zone() -> None:
    moscow = START.astimezone(dtm.timezone(dtm.timedelta(hours=3)))
    (fact,) = observed([failing(moscow)], (), (), START)
    assert fact.event_id == failure_id("run", "refresh_marts", START) == failure_id("run", "refresh_marts", moscow)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["fails", "well", "unknown"]), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_repeats_change_nothing(story: list[str], random: object) -> None:
    facts: list[Fact] = []
    for minute, state in enumerate(story):
        now = START + minute * MINUTE
        seen, well = ([failing(now)] if state == "fails" else [], {JOB} if state == "well" else ())
        facts += observed(seen, well, fold_failures(facts), now)
    mixed = [*facts, *facts]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert fold_failures(mixed) == fold_failures(facts)
    last = next((state for state in reversed(story) if state != "unknown"), "well")
    assert bool(present(fold_failures(facts))) == (last == "fails")
    assert len(facts) == len(_turns(story))


def _turns(story: Sequence[str]) -> list[str]:
    """The story without what says nothing new."""
    state, turns = "well", []
    for one in story:
        if one not in ("unknown", state):
            state = one
            turns.append(one)
    return turns


def test_an_end_waits_for_its_beginning() -> None:
    (began,) = observed([failing()], (), (), START)
    (ended,) = observed([], {JOB}, fold_failures([began]), START + MINUTE)
    assert fold_failures([ended]) == ()
    assert not fold_failures([ended, began])[0].is_open


@pytest.mark.parametrize("kind", failure_words.KINDS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_kind_can_be_said_in_both_languages(kind: FailureKind, language: failure_words.Language) -> None:
    said = failure_words.said(Failure(kind, "some.thing", START, START, "1.5"), language)
    assert all((said.label, said.what, said.advice))
    assert "{" not in said.what + said.advice


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_failed_check_says_which_job_mends_a_damaged_table(language: failure_words.Language) -> None:
    said = failure_words.said(Failure("check", "leads.primary_key", START, START, ""), language)
    assert "refresh_marts" in said.advice
    assert "verify_marts" in said.advice


def test_a_code_of_a_delivery_is_said_in_words() -> None:
    refused = Failure("telegram", "bot", START, START, "token_rejected")
    assert "токен бота не принят" in failure_words.said(refused, "ru").what
    assert "the bot's token is refused" in failure_words.said(refused, "en").what


def test_every_kind_of_the_contract_has_words() -> None:
    assert set(failure_words.KINDS) == set(HouseFailed.model_fields["kind"].annotation.__args__)  # type: ignore[union-attr]


@pytest.mark.parametrize(("language", "said"), [("ru", "запущенные вручную"), ("en", "launched by hand")])
def test_a_run_by_hand_is_not_called_what_dagster_calls_it(language: failure_words.Language, said: str) -> None:
    (failure,) = fold_failures(observed([Seen("run", failure_words.BY_HAND, START, "run-1")], (), (), START))
    what = failure_words.said(failure, language).what
    assert said in what
    assert failure_words.BY_HAND not in what
