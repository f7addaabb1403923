"""Another policy: sessions that are over keep theirs until it is applied; then new verdicts, nobody is told again."""

import datetime as dtm
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import AttendancePolicy, Emitter, Fact, WebinarConfigured
from domain.reclassification import Effect, applied, changes, effect, finished, outdated
from domain.webinars import fold_schedule
from tests.domain.synthetic import (
    POLICY,
    SESSION,
    WEBINAR,
    Story,
    at,
    configured,
    programme,
    started,
    usual_session,
    vera,
)
from tests.examples import examples

DAY = 24 * 60
STRICT = AttendancePolicy(version=2, attended_minutes=30, attended_share=0.5)
MILD = AttendancePolicy(version=2, attended_minutes=1)


def saved(minutes: float, **changed: Any) -> Fact:
    """The webinar saved again at that minute."""
    fact = configured(action_id=f"configure-{minutes}", **changed)
    return fact.model_copy(update={"occurred_at": at(minutes), "event_id": f"configure-{minutes}"})


def back_fill(minutes: float, policy: AttendancePolicy) -> list[Fact]:
    """The policy saved, and applied to the session."""
    facts = applied([usual_session()], policy, emitter=Emitter.STUDIO, now=at(minutes))
    return [saved(minutes, policy=policy.model_dump()), *facts]


def half_watched() -> Story:
    return vera().until(0).enters(0).watches_on(0, 15).until(DAY)


def hardly_watched() -> Story:
    return vera().until(0).enters(0).watches_on(0, 5).until(DAY)


def versions(story: Story) -> list[tuple[int, str]]:
    found = [f for f in story.log if f.name == "client_webinar_attendance_classified"]
    return [(fact.properties["policy_version"], fact.properties["status"]) for fact in found]


# --- whose rules


def test_a_session_that_is_over_keeps_the_rules_it_ended_under() -> None:
    story = half_watched()
    before = list(story.log)
    story.goes_on(DAY, *programme(saved(61, policy=STRICT.model_dump(), offers=())))
    assert story.log == before


def test_rules_changed_before_the_end_count() -> None:
    story = vera().until(0).enters(0).watches_on(0, 15).until(20)
    assert versions(story) == [(1, "attended")]
    story.goes_on(20, *programme(saved(20, policy=STRICT.model_dump()))).until(DAY)
    assert versions(story)[-1] == (2, "not_attended")


def test_a_live_session_is_under_the_newest_rules_until_it_ends() -> None:
    facts = programme(started(at(0)), saved(90, policy=STRICT.model_dump()), mode="live")
    schedule = fold_schedule(facts)
    judging = schedule.judging(schedule.sessions[SESSION])
    assert judging is not None
    assert judging.policy == STRICT


def test_a_webinar_first_saved_after_the_session_judges_it_all_the_same() -> None:
    first_saved = [fact for fact in programme() if fact.name != WebinarConfigured.name]
    facts = [*first_saved, saved(DAY, policy=STRICT.model_dump())]
    schedule = fold_schedule(facts)
    judging = schedule.judging(schedule.sessions[SESSION])
    assert judging is not None
    assert judging.policy == STRICT


def test_version_numbers_are_counted_over_everything_that_was_ever_saved() -> None:
    schedule = fold_schedule(programme(saved(1, policy={"version": 7}), saved(2, policy={"version": 3})))
    assert (schedule.webinars[WEBINAR].policy.version, schedule.last_policy_version(WEBINAR)) == (3, 7)


# --- the back-fill


def test_a_stricter_policy_judges_anew_keeps_the_old_verdict_and_tells_nobody() -> None:
    story = half_watched()
    told, routes = story.messages, len(story.named("post_webinar_route"))
    old = story.named("client_webinar_attendance_classified")
    story.goes_on(DAY, *programme(*back_fill(DAY, STRICT)))
    assert story.verdicts[-2:] == [("attended", "left_before_offer"), ("not_attended", "left_before_offer")]
    assert story.named("client_webinar_attendance_classified")[: len(old)] == old
    assert versions(story)[-1] == (2, "not_attended")
    assert story.named("client_webinar_attendance_classified")[-1].occurred_at == at(70), (
        "the session's, not the desk's"
    )
    story.until(3 * DAY)
    assert (story.messages, len(story.named("post_webinar_route"))) == (told, routes)


def test_a_milder_policy_upgrades_and_does_not_act_on_the_route_again() -> None:
    story = hardly_watched()
    told = story.messages
    assert told["follow_up_not_attended"] == "planned"
    story.goes_on(DAY, *programme(*back_fill(DAY, MILD))).until(3 * DAY)
    assert versions(story)[-1] == (2, "attended")
    assert [fact.properties["route"] for fact in story.named("post_webinar_route")] == ["not_attended"]
    assert story.messages == told


def test_a_back_fill_right_after_the_end_tells_nobody_the_contrary() -> None:
    story = vera().until(0).enters(0).watches_on(0, 5).until(71)
    story.goes_on(72, *programme(*back_fill(72, MILD))).until(3 * DAY)
    assert "partner_attended" not in story.messages
    assert "follow_up_attended" not in story.messages


def test_after_a_back_fill_a_late_fact_is_judged_by_the_new_policy_and_is_news() -> None:
    mild = AttendancePolicy(version=2, attended_minutes=8)
    story = hardly_watched().goes_on(DAY, *programme(*back_fill(DAY, mild)))
    assert versions(story)[-1] == (2, "not_attended")
    story.watches(5, 9).until(DAY + 1)
    assert versions(story)[-1] == (2, "attended")
    assert [fact.properties["route"] for fact in story.named("post_webinar_route")] == ["not_attended", "attended"]


def test_a_second_back_fill_says_nothing_new() -> None:
    story = half_watched().goes_on(DAY, *programme(*back_fill(DAY, STRICT)))
    log = list(story.log)
    again = applied([usual_session()], STRICT, emitter=Emitter.SCHEDULER, now=at(DAY + 5))
    assert again[0].event_id == back_fill(DAY, STRICT)[1].event_id
    story.goes_on(DAY + 10, *programme(*back_fill(DAY, STRICT)))
    assert story.log == log


def test_a_message_that_waits_looks_at_the_verdict_of_its_moment() -> None:
    story = vera(zone="Asia/Vladivostok").until(0).enters(0).watches_on(0, 15).until(2 * 60)
    story.goes_on(2 * 60, *programme(*back_fill(2 * 60, STRICT))).until(DAY)
    assert story.messages["follow_up_attended"] == "condition"


# --- which sessions


def test_only_sessions_whose_verdicts_are_final_under_both_policies_are_judged_anew() -> None:
    schedule = fold_schedule(programme())
    assert finished(schedule, WEBINAR, POLICY, at(69)) == ()
    assert finished(schedule, WEBINAR, POLICY, at(70)) == (usual_session(),)
    patient = AttendancePolicy(version=2, grace_minutes=60)
    assert finished(schedule, WEBINAR, patient, at(100)) == ()
    assert finished(schedule, WEBINAR, patient, at(120)) == (usual_session(),)


def test_a_session_is_outdated_until_the_policy_was_applied_to_it() -> None:
    saved_only, *rest = back_fill(DAY, STRICT)
    assert outdated(fold_schedule(programme()), WEBINAR, at(DAY)) == ()
    assert outdated(fold_schedule(programme(saved_only)), WEBINAR, at(DAY)) == (usual_session(),)
    assert outdated(fold_schedule(programme(saved_only, *rest)), WEBINAR, at(DAY)) == ()
    assert outdated(fold_schedule(programme()), "unknown", at(DAY)) == ()


# --- the preview


def cohort() -> dict[str, list[Fact]]:
    """Five leads of one session: 0, 5, 15, 40 minutes and all of it; a sixth only had a look at the landing page."""
    minutes = {"none": 0, "five": 5, "fifteen": 15, "forty": 40, "all": 60}
    histories = {
        name: Story(lead_id=name).registers(-60).enters(0).watches(0, end).log for name, end in minutes.items()
    }
    return {**histories, "stranger": Story(lead_id="stranger").form(-60).log}


def previewed(policy: AttendancePolicy) -> Effect:
    schedule = fold_schedule(programme())
    session = schedule.sessions[SESSION]
    webinar = schedule.judging(session)
    assert webinar is not None
    return effect(cohort(), session, webinar, policy)


@pytest.mark.parametrize(
    ("policy", "gained", "lost"),
    [
        (POLICY.model_copy(update={"version": 2}), [], []),
        (STRICT, [], ["fifteen"]),
        (MILD, ["five"], []),
        (AttendancePolicy(version=2, attended_minutes=60, attended_share=1), [], ["fifteen", "forty"]),
        (AttendancePolicy(version=2, attended_minutes=60, attended_share=1, completed_share=0.6), [], ["fifteen"]),
        (AttendancePolicy(version=2, attended_share=0.05), ["five"], []),
    ],
    ids=["same", "stricter", "milder", "everything", "completion counts", "a smaller share"],
)
def test_the_preview_names_whom_the_policy_would_turn(
    policy: AttendancePolicy, gained: list[str], lost: list[str]
) -> None:
    found = previewed(policy)
    assert [change.lead_id for change in found.gained] == gained
    assert [change.lead_id for change in found.lost] == lost
    assert found.judged == 5


def test_batches_of_leads_add_up() -> None:
    whole = previewed(STRICT)
    schedule = fold_schedule(programme())
    session, webinar = schedule.sessions[SESSION], schedule.webinars[WEBINAR]
    parts = [effect({name: facts}, session, webinar, STRICT) for name, facts in cohort().items()]
    together = Effect(SESSION)
    for part in parts:
        together = together.plus(part)
    assert together == whole


policies = st.builds(
    AttendancePolicy,
    version=st.just(2),
    attended_minutes=st.floats(0, 90),
    attended_share=st.floats(0, 1),
    completed_share=st.floats(0.01, 1),
    grace_minutes=st.floats(0, 60),
)


@examples(30)
@given(policies, st.integers(0, 60))
def test_the_preview_foretells_exactly_what_the_reaction_will_say(policy: AttendancePolicy, minutes: int) -> None:
    story = vera().enters(0).watches(0, minutes).until(DAY)
    schedule = story.schedule
    session = schedule.sessions[SESSION]
    webinar = schedule.judging(session)
    assert webinar is not None
    foretold = changes(story.log, session, webinar, policy)
    assert foretold is not None
    before = versions(story)[-1]
    story.goes_on(DAY + 60, *programme(*back_fill(DAY + 60, policy)))
    assert (before, versions(story)[-1]) == ((1, foretold.before.status), (2, foretold.after.status))
    newest = story.named("client_webinar_attendance_classified")[-1]
    assert newest.properties["facts_digest"] == foretold.after.digest


def test_the_moment_of_the_change_is_the_moment_it_was_asked_for() -> None:
    fact = applied([usual_session()], STRICT, emitter=Emitter.STUDIO, now=at(DAY), by="host@example.org")[0]
    assert (fact.occurred_at, fact.properties["by"]) == (at(0) + dtm.timedelta(days=1), "host@example.org")
