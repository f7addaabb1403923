"""The rules of the scenarios, one by one, on a lead whose baseline goes well. Times are minutes from clock zero."""

import datetime as dtm
from itertools import pairwise
from typing import Any

import pytest

from domain.evaluation import PlannedStep, variant_of
from domain.events import (
    Emitter,
    Event,
    Fact,
    LeadAssigned,
    MessageFailed,
    MessageLimits,
    MessagePlanned,
    MessageSent,
    MessageWithheld,
    PartnerAlertsChanged,
    TelegramBlocked,
)
from domain.family import fold_person
from domain.planner import preview, still_holds
from domain.reaction import react
from domain.scenarios import CURRENT, SCENARIOS
from domain.webinars import fold_schedule
from tests.domain.synthetic import (
    ANNA,
    SESSION,
    START,
    Story,
    at,
    cancelled,
    configured,
    ended,
    minutes_of,
    moved,
    partner,
    partner_links,
    programme,
    schedule,
    scheduled,
    started,
    vera,
)

DAY = 24 * 60
ARRIVED = -3 * DAY
REMINDERS = ("reminder_24h", "reminder_1h", "reminder_10m")


def steps(story: Story) -> dict[str, PlannedStep]:
    return {step.step.key: step for step in preview(story.log, story.schedule, story.now)}


def test_the_baseline_of_somebody_who_never_comes() -> None:
    assert vera().until(3 * DAY).planned == {
        "partner_new_lead": ARRIVED,
        "welcome": ARRIVED + 1,
        "registered": ARRIVED + 1,
        "welcome_follow_up": ARRIVED + 11,
        "reminder_24h": -DAY,
        "reminder_1h": -60,
        "reminder_10m": -10,
        "live_now": 0.25,
        "live_now_5m": 5,
        "partner_not_attended": 70,
        "follow_up_not_attended": 70,
        "recording_offer": 71,
    }


def test_the_baseline_of_somebody_who_watches_it_all() -> None:
    story = vera().until(0).enters(0.1).watches_on(0.1, 59.6).leaves(59.9).until(3 * DAY)
    after = {step: minute for step, minute in story.planned.items() if minute > -10}
    assert after == {"partner_entered": 0.1, "partner_attended": 10.1, "follow_up_attended": 60}
    assert story.messages["live_now"] == story.messages["live_now_5m"] == "condition"
    assert story.verdicts == [("attended", "watching"), ("attended", "completed"), ("attended", "completed")]


def test_clicking_and_submitting_are_told_to_the_partner_and_end_the_follow_ups() -> None:
    story = vera().until(0).enters(0).watches_on(0, 45).clicks(42).submits(43).until(3 * DAY)
    assert story.planned["partner_offer_clicked"] == 42
    assert story.planned["partner_form_submitted"] == 43
    assert story.messages["follow_up_attended"] == "exited"


# --- 1 · one intent


def test_a_message_is_decided_once_whatever_is_repeated() -> None:
    story = vera().until(3 * DAY)
    before = list(story.log)
    for minutes in (3 * DAY + 1, 4 * DAY, 30 * DAY):
        story.until(minutes)
    assert story.log == before
    keys = [fact.properties["message_key"] for fact in story.log if "message_key" in fact.properties]
    assert len(keys) == len(set(keys))


def test_the_key_names_scenario_version_lead_trigger_and_step() -> None:
    fact = next(f for f in vera().until(-60).log if f.properties.get("step") == "reminder_1h")
    assert fact.properties["message_key"] == "session:1:lead-vera:evening:reminder_1h"
    assert fact.session_id == SESSION


def test_planned_and_skipped_exclude_each_other() -> None:
    planned = next(f for f in vera().until(-60).log if f.properties.get("step") == "reminder_1h")
    skipped = next(f for f in vera().enters(-65).until(-60).log if f.properties.get("step") == "reminder_1h")
    assert (planned.name, skipped.name) == ("message_planned", "message_skipped")
    assert planned.event_id == skipped.event_id


# --- 2 · timers are rules


def test_moving_the_session_moves_every_reminder() -> None:
    story = vera().goes_on(-2 * DAY, *programme(moved(at(DAY), at(-2 * DAY)))).until(3 * DAY)
    found = {step: story.planned[step] for step in (*REMINDERS, "live_now", "live_now_5m")}
    assert found == {
        "reminder_24h": 0,
        "reminder_1h": DAY - 60,
        "reminder_10m": DAY - 10,
        "live_now": DAY + 0.25,
        "live_now_5m": DAY + 5,
    }


def test_a_session_moved_near_is_announced_while_the_reminder_still_helps() -> None:
    story = vera().goes_on(-2 * DAY, *programme(moved(at(-2 * DAY + 300), at(-2 * DAY))))
    assert story.messages["reminder_24h"] == "planned"
    story = vera().goes_on(-2 * DAY, *programme(moved(at(-2 * DAY + 90), at(-2 * DAY))))
    assert story.messages["reminder_24h"] == "expired"


def test_a_cancelled_session_says_so_and_sends_nothing_more() -> None:
    story = vera().goes_on(-30, *programme(cancelled(at(-30)))).until(3 * DAY)
    assert {story.messages[step] for step in ("reminder_10m", "live_now", "live_now_5m")} == {"cancelled"}
    assert story.planned["session_cancelled"] == -30
    assert story.verdicts == []


def test_whoever_links_telegram_later_hears_of_the_cancellation_while_they_might_still_come() -> None:
    def linked(minutes: float) -> str:
        story = Story().form(ARRIVED).registers(ARRIVED).until(-120).goes_on(-90, *programme(cancelled(at(-90))))
        return story.until(minutes).links(minutes).until(3 * DAY).messages["session_cancelled"]

    assert (linked(-30), linked(90)) == ("planned", "channel_gone")


def test_a_session_that_moves_twice_is_told_of_twice() -> None:
    first, second = moved(at(DAY), at(-2 * DAY)), moved(at(2 * DAY), at(-DAY))
    story = vera().goes_on(-2 * DAY, *programme(first)).until(-DAY - 1)
    assert story.planned["session_moved"] == -2 * DAY
    story.goes_on(-DAY, *programme(first, second)).until(5 * DAY)
    told = [fact for fact in story.log if fact.name == "message_planned" and fact.properties["step"] == "session_moved"]
    assert [minutes_of(fact.occurred_at) for fact in told] == [-2 * DAY, -DAY]
    earlier = still_holds(
        fold_person(story.log, "lead-vera"), story.schedule, told[0].as_event(MessagePlanned), at(-DAY)
    )
    assert earlier is not None
    assert (earlier.state, earlier.reason, earlier.saw) == ("skipped", "superseded", ("said_anew",))


def test_no_recording_is_offered_of_a_stream_that_never_had_an_address() -> None:
    shown = programme(started(at(0)), ended(at(60)), mode="live", media_url="")
    story = vera().goes_on(-DAY, *shown).until(3 * DAY)
    assert story.messages["follow_up_not_attended"] == "planned"
    assert story.messages["recording_offer"] == "condition"


def test_whoever_registers_after_the_move_knows_the_time() -> None:
    story = vera().goes_on(ARRIVED - 60, *programme(moved(at(30), at(ARRIVED - 60)))).until(DAY)
    assert story.messages["session_moved"] == "missed"
    assert "session_moved" not in vera().until(DAY).messages


def test_a_place_in_a_cancelled_session_starts_nothing() -> None:
    story = Story(schedule(cancelled(at(-2 * DAY)))).form(-DAY).registers(-DAY).until(DAY)
    assert "registered" not in story.messages


def test_a_live_session_is_announced_when_its_host_begins() -> None:
    story = vera().goes_on(-20, *programme(mode="live")).until(20)
    assert "live_now" not in story.messages
    story.goes_on(21, *programme(started(at(21)), mode="live")).until(60)
    assert (story.planned["live_now"], story.planned["live_now_5m"]) == (21.25, 26)


def test_a_host_who_begins_early_makes_the_reminders_pointless() -> None:
    story = vera().goes_on(-20, *programme(started(at(-20)), mode="live")).until(10)
    assert (story.messages["reminder_10m"], story.planned["live_now"]) == ("condition", -19.75)
    assert story.planned["reminder_1h"] == -60


def test_a_live_session_that_never_begins_is_never_announced_and_judges_nobody() -> None:
    story = vera().goes_on(-20, *programme(mode="live")).until(3 * DAY)
    assert "live_now" not in story.messages
    assert (story.verdicts, steps(story)["live_now"].reason) == ([], "no_occasion")


# --- 3 · never late


@pytest.mark.parametrize(
    ("minutes", "upcoming"),
    [
        (-2 * DAY, {"reminder_24h", "reminder_1h", "reminder_10m"}),
        (-5 * 60, {"reminder_1h", "reminder_10m"}),
        (-30, {"reminder_10m"}),
        (-5, set()),
    ],
)
def test_a_late_registrant_gets_only_what_is_still_ahead(minutes: float, upcoming: set[str]) -> None:
    story = Story().form(minutes).registers(minutes).links(minutes).until(0)
    assert {step for step in REMINDERS if story.messages[step] == "planned"} == upcoming
    assert {step for step in REMINDERS if story.messages[step] == "missed"} == set(REMINDERS) - upcoming
    assert story.planned["registered"] == minutes


def test_somebody_who_registers_during_the_session_is_confirmed_at_once() -> None:
    story = Story().form(3).registers(3).links(3).until(30)
    assert story.planned == {"welcome": 3, "registered": 3, "live_now_5m": 5}
    assert story.messages["live_now"] == "missed"


@pytest.mark.parametrize("minutes", [-5, 3, 55], ids=["just before", "on air", "near its end"])
def test_nobody_is_told_how_to_prepare_once_it_has_begun(minutes: float) -> None:
    """Registered less than ten minutes before the start, as for every show that comes just in time."""
    story = Story().form(minutes).registers(minutes).links(minutes).until(DAY)
    assert story.messages["welcome_follow_up"] == "condition"
    assert story.planned["welcome"] == minutes


def test_a_place_taken_after_the_end_starts_nothing() -> None:
    story = Story().form(61).registers(61).links(61).until(DAY)
    assert set(story.messages) == {"partner_new_lead", "welcome", "welcome_follow_up"}
    assert story.verdicts == []


def test_downtime_sends_nothing_stale() -> None:
    story = vera()
    story.now = at(-5)
    story.react()
    assert {step: story.messages[step] for step in REMINDERS} == {
        "reminder_24h": "expired",
        "reminder_1h": "expired",
        "reminder_10m": "planned",
    }


def test_at_its_last_moment_a_message_is_too_late() -> None:
    story = vera()
    story.now = at(0)
    story.react()
    assert story.messages["reminder_10m"] == "expired"


def test_nobody_gets_a_reminder_that_came_due_before_telegram_was_there() -> None:
    story = Story().form(ARRIVED).registers(ARRIVED).until(-180).links(-180).until(0)
    assert story.messages["reminder_24h"] == "missed"
    assert (story.planned["welcome"], story.planned["registered"]) == (-180, -180)
    assert story.planned["welcome_follow_up"] == -170


# --- 4 · conditions and exits at send time


def test_who_has_been_in_the_room_is_not_reminded() -> None:
    story = vera().until(-71).enters(-70).leaves(-65).until(0)
    assert {story.messages["reminder_1h"], story.messages["reminder_10m"]} == {"condition"}
    assert story.messages["reminder_24h"] == "planned"


def test_a_skip_records_what_it_saw() -> None:
    story = vera().enters(-70).until(-60)
    skipped = next(f for f in story.log if f.properties.get("step") == "reminder_1h")
    assert skipped.properties["saw"] == ["entered"]


def test_who_left_is_called_back_and_who_waits_in_the_lobby_is_not() -> None:
    gone = vera().until(0).enters(0.1).watches(0.1, 0.3).until(0.3).watches(0.3, 1).leaves(1).until(10)
    assert (gone.messages["live_now"], gone.messages["live_now_5m"]) == ("condition", "planned")
    waiting = vera().until(-11).watches(-11, -10).until(-10).watches(-10, -0.2).until(0.3)
    assert waiting.messages["reminder_10m"] == waiting.messages["live_now"] == "condition"


def test_who_was_last_seen_minutes_ago_is_gone_although_nobody_saw_them_leave() -> None:
    story = vera().until(0).enters(0.1).watches(0.1, 1).until(10)
    assert story.messages["live_now_5m"] == "planned"


def test_two_devices_keep_one_in_the_room() -> None:
    story = vera().until(0).enters(0.1).enters(0.2, visit=2).watches(0.2, 4.5).leaves(1).until(10)
    assert story.messages["live_now_5m"] == "condition"


def test_the_recording_is_not_offered_to_who_has_seen_it() -> None:
    story = vera().until(70.5).watches_replay(65, 70.5).until(DAY)
    assert story.messages["recording_offer"] == "exited"


def test_the_recording_is_not_offered_where_there_is_none() -> None:
    story = Story(schedule(replay_hours=None)).form(-60).registers(-60).links(-60).until(DAY)
    assert (story.messages["recording_offer"], story.messages["follow_up_not_attended"]) == ("condition", "planned")


def test_a_recording_that_closes_soon_is_not_offered_later() -> None:
    story = Story(schedule(replay_hours=0)).form(-60).registers(-60).links(-60).until(DAY)
    assert story.messages["recording_offer"] == "expired"


def test_a_verdict_corrected_in_time_calls_back_what_hung_on_it() -> None:
    evening_zone = "Asia/Vladivostok"
    story = vera(zone=evening_zone).until(75)
    assert steps(story)["follow_up_not_attended"].reason == "quiet_hours"
    story.enters(1).watches(1, 31).until(3 * DAY)
    assert story.messages["follow_up_not_attended"] == "exited"
    assert story.messages["follow_up_attended"] == "planned"
    assert story.verdicts[-1] == ("attended", "left_before_offer")


def test_nobody_is_thanked_whose_verdict_was_taken_back_meanwhile() -> None:
    story = vera(zone="Asia/Vladivostok").until(0).enters(0).watches_on(0, 15).until(2 * 60)
    assert steps(story)["follow_up_attended"].reason == "quiet_hours"
    strict = {"version": 2, "attended_minutes": 30, "attended_share": 0.5}
    story.goes_on(2 * 60, *programme(policy=strict)).until(DAY)
    skipped = next(f for f in story.log if f.properties.get("step") == "follow_up_attended")
    assert (skipped.properties["reason"], skipped.properties["saw"]) == ("condition", ["status_not_attended"])


# --- 5 · quiet hours and the cap


def test_marketing_waits_for_the_morning_and_the_rest_does_not() -> None:
    story = vera(zone="Asia/Vladivostok").until(2 * DAY)
    morning = minutes_of(dtm.datetime(2026, 3, 4, 23, 0, tzinfo=dtm.UTC))
    assert story.planned["follow_up_not_attended"] == morning
    assert (story.planned["reminder_10m"], story.planned["partner_not_attended"]) == (-10, 70)
    assert story.planned["recording_offer"] == 71  # they registered for it: no advertising


def test_without_a_zone_of_their_own_the_webinars_counts() -> None:
    facts = [configured(time_zone="Asia/Vladivostok"), scheduled(), *partner(ANNA, "anna")]
    story = Story(fold_schedule(facts)).form(-60, zone=None).registers(-60).links(-60).until(2 * DAY)
    assert story.planned["follow_up_not_attended"] == 480


def test_marketing_that_would_be_stale_by_the_morning_is_skipped() -> None:
    all_day = MessageLimits(quiet_from=dtm.time(18), quiet_to=dtm.time(17, 59))
    story = Story(schedule(limits=all_day)).form(-60).registers(-60).links(-60).until(65)
    story.now = at(25 * 60)
    story.react()
    assert story.messages["follow_up_not_attended"] == "expired"


def test_quiet_hours_and_the_cap_are_the_webinars_own() -> None:
    siesta = MessageLimits(quiet_from=dtm.time(18), quiet_to=dtm.time(20))
    story = Story(schedule(limits=siesta)).form(-60).registers(-60).links(-60).until(2 * DAY)
    assert story.planned["follow_up_not_attended"] == 2 * 60  # the session ends at 19:00 in Moscow
    no_more = Story(schedule(limits=MessageLimits(daily_cap=0))).form(-60).registers(-60).links(-60).until(2 * DAY)
    assert (no_more.messages["follow_up_not_attended"], no_more.messages["recording_offer"]) == ("capped", "planned")


def test_a_reactor_that_was_down_in_the_evening_does_not_wake_people_at_night() -> None:
    story = vera().until(65)
    story.now = at(8 * 60)
    wake = story.react()
    assert steps(story)["follow_up_not_attended"].reason == "quiet_hours"
    assert wake == at(15 * 60)


def test_the_cap_counts_calendar_days_in_the_leads_zone() -> None:
    facts = [configured(), *partner(ANNA, "anna")]
    names = [f"session-{number}" for number in range(5)]
    facts += [scheduled(session=name, starts_at=START + dtm.timedelta(minutes=n)) for n, name in enumerate(names)]
    story = Story(fold_schedule(facts)).form(-60).links(-60)
    for name in names:
        story.registers(-60, name)
    story.until(2 * DAY)
    marketing = [f for f in story.named("message_planned") if f.properties["message_class"] == "marketing"]
    assert len(marketing) == MessageLimits().daily_cap
    skipped = [fact for fact in story.named("message_skipped") if fact.properties["reason"] == "capped"]
    assert len(skipped) == 2
    assert skipped[0].properties["saw"] == ["3_a_day"]


@pytest.mark.parametrize(("fate", "reaches"), [("failed", 4), ("withheld", 4), ("retried", 3), ("sent", 3)])
def test_what_never_arrived_does_not_count_towards_the_cap(fate: str, reaches: int) -> None:
    names = [f"session-{number}" for number in range(4)]
    facts = [configured(), *(scheduled(session=name) for name in names[:3])]
    facts.append(scheduled(session=names[3], starts_at=at(5)))
    story = Story(fold_schedule(facts)).form(-60).links(-60)
    for name in names:
        story.registers(-60, name)
    story.until(72)
    first = next(f for f in story.named("message_planned") if f.properties["message_class"] == "marketing")
    delivery: dict[str, Any] = {"message_key": first.properties["message_key"], "attempt": 1, "transport": "telegram"}
    outcome: Event = {
        "failed": MessageFailed(**delivery, code="bad_request", detail=""),
        "retried": MessageFailed(**delivery, code="unreachable", detail="", retry_at=at(80)),
        "withheld": MessageWithheld(**delivery, reason="expired"),
        "sent": MessageSent(**delivery, transport_message_id="1"),
    }[fate]
    story.tell(story.fact(outcome, Emitter.NOTIFIER, 73)).until(2 * DAY)
    marketing = [f for f in story.named("message_planned") if f.properties["message_class"] == "marketing"]
    assert len(marketing) == reaches


def test_the_cap_holds_also_when_everything_is_due_at_once() -> None:
    facts = [configured(), *partner(ANNA, "anna")]
    names = [f"session-{number}" for number in range(5)]
    facts += [scheduled(session=name) for name in names]
    story = Story(fold_schedule(facts)).form(-60).links(-60)
    for name in names:
        story.registers(-60, name)
    story.until(-30)
    story.now = at(75)
    story.react()
    marketing = [f for f in story.named("message_planned") if f.properties["message_class"] == "marketing"]
    assert len(marketing) == MessageLimits().daily_cap


# --- 6 · variants and versions


def test_a_variant_sticks_to_a_lead_and_both_are_dealt() -> None:
    dealt = [variant_of(f"lead-{number}", "welcome.welcome", ("a", "b")) for number in range(400)]
    assert dealt == [variant_of(f"lead-{number}", "welcome.welcome", ("a", "b")) for number in range(400)]
    assert 150 < dealt.count("a") < 250
    assert variant_of("lead-1", "welcome.welcome", ("a",)) == "a"


def test_a_second_version_beside_the_first_leaves_running_leads_where_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = vera()
    first = CURRENT["session"]
    early = first.steps[1].model_copy(update={"key": "reminder_2h", "anchor": first.steps[2].anchor})
    second = first.model_copy(update={"version": 2, "steps": (first.steps[0], early)})
    monkeypatch.setitem(SCENARIOS, ("session", 2), second)
    monkeypatch.setitem(CURRENT, "session", second)
    old.until(2 * DAY)
    started = [f for f in old.named("scenario_start") if f.properties["scenario"] == "session"]
    assert [start.properties["scenario_version"] for start in started] == [1]  # the same trigger, and no second start
    assert (old.messages["reminder_1h"], "reminder_2h" in old.messages) == ("planned", False)
    new = Story(lead_id="lead-nina").form(-120).registers(-120).links(-120).until(2 * DAY)
    assert new.messages.keys() >= {"registered", "reminder_2h"}
    assert "reminder_1h" not in new.messages
    keys = {f.properties["message_key"].split(":")[1] for f in new.named("message_planned") if "session:" in str(f)}
    assert "2" in keys


def test_a_scenario_started_by_a_newer_release_is_left_alone() -> None:
    story = vera()
    newer = story.log[[fact.name for fact in story.log].index("scenario_start")]
    future = newer.model_copy(
        update={"event_id": "future", "properties": {**newer.properties, "scenario": "win_back", "scenario_version": 9}}
    )
    before = len(steps(story))
    story.tell(future)
    assert len(steps(story)) == before
    assert "win_back" not in CURRENT


# --- 9 · consent, channels, partners, people who left


@pytest.mark.parametrize(
    ("purposes", "expected"),
    [
        (("processing",), {"reminder_1h": "planned", "follow_up_not_attended": "no_consent"}),
        (("marketing",), {"reminder_1h": "no_consent", "follow_up_not_attended": "planned"}),
        ((), {"reminder_1h": "no_consent", "follow_up_not_attended": "no_consent"}),
    ],
)
def test_consent_is_asked_for_by_purpose(purposes: tuple[str, ...], expected: dict[str, str]) -> None:
    story = vera(purposes=purposes).until(2 * DAY)
    assert {step: story.messages[step] for step in expected} == expected


def test_withdrawal_ends_marketing_and_nothing_else() -> None:
    story = vera().withdraws(-70).until(2 * DAY)
    assert (story.messages["reminder_1h"], story.messages["follow_up_not_attended"]) == ("planned", "no_consent")
    assert story.messages["recording_offer"] == "planned"
    skipped = next(f for f in story.log if f.properties.get("step") == "follow_up_not_attended")
    assert skipped.properties["saw"] == ["marketing_withdrawn"]


def test_consent_given_again_counts_again() -> None:
    story = vera().withdraws(-70).form(-65).until(2 * DAY)
    assert story.messages["follow_up_not_attended"] == "planned"


def test_withdrawing_processing_also_silences_the_partners_alerts() -> None:
    story = vera().withdraws(-70, "processing").until(2 * DAY)
    assert (story.messages["partner_not_attended"], story.messages["reminder_1h"]) == ("no_consent", "no_consent")


def test_a_missing_tick_does_not_silence_the_partners_alerts() -> None:
    assert vera(purposes=()).messages["partner_new_lead"] == "planned"


def test_without_telegram_everything_waits_until_it_is_too_late() -> None:
    story = Story().touches(ARRIVED, partner_id=ANNA).form(ARRIVED).registers(ARRIVED).until(0)
    assert steps(story)["welcome"].reason == "waiting_for_telegram"
    story.until(8 * DAY)
    planned = set(story.planned)
    assert planned == {"partner_new_lead", "partner_not_attended"}
    missing = {step for step, reason in story.messages.items() if reason == "channel_gone"}
    assert {"welcome", "registered", *REMINDERS, "recording_offer"} <= missing


def test_who_blocked_the_bot_is_skipped_and_who_came_back_is_not() -> None:
    story = vera().blocks(-90).until(-30)
    assert (story.messages["reminder_1h"], story.messages.get("reminder_10m")) == ("channel_gone", None)
    story.unblocks(-20).until(0)
    assert story.messages["reminder_10m"] == "planned"


def test_somebody_who_came_back_gets_nothing_from_before() -> None:
    story = vera().until(-70)
    story.blocks(-65).unblocks(-30)
    story.now = at(-30)
    story.react()
    assert story.messages["reminder_1h"] == "missed"


def test_a_lead_without_a_partner_alerts_nobody() -> None:
    story = Story().form(ARRIVED).registers(ARRIVED).links(ARRIVED).until(0).enters(1).watches(1, 30).until(2 * DAY)
    assert story.messages["partner_new_lead"] == "no_partner"
    assert not [fact for fact in story.named("scenario_start") if fact.properties["scenario"] == "alerts"]


def test_a_partner_who_links_in_time_is_told_then_and_one_who_does_not_is_not() -> None:
    facts = [configured(), scheduled(), *partner(ANNA, "anna", is_linked=False)]
    story = Story(fold_schedule(facts)).touches(-200, partner_id=ANNA).form(-199).until(-190)
    assert steps(story)["partner_new_lead"].reason == "waiting_for_telegram"
    story.goes_on(-100, *facts, partner_links(ANNA, at(-100)))
    assert story.planned["partner_new_lead"] == -100
    never = Story(fold_schedule(facts)).touches(-200, partner_id=ANNA).form(-199).until(2 * DAY)
    assert never.messages["partner_new_lead"] == "channel_gone"


def test_a_partner_who_blocked_the_bot_is_skipped() -> None:
    blocked = Fact.of(TelegramBlocked(cause="u", partner_id=ANNA), emitter=Emitter.NOTIFIER, occurred_at=at(-5000))
    story = Story(schedule(blocked)).touches(-200, partner_id=ANNA).form(-199).until(-199)
    assert story.messages["partner_new_lead"] == "channel_gone"


def test_a_kind_of_alert_the_partner_switched_off_is_skipped_until_it_is_on_again() -> None:
    def switch(minute: float, *, is_on: bool) -> Fact:
        change = PartnerAlertsChanged(partner_id=ANNA, kind="new_lead", is_on=is_on, action_id=f"a{minute}")
        return Fact.of(change, emitter=Emitter.NOTIFIER, occurred_at=at(minute))

    off = switch(-5000, is_on=False)
    story = Story(schedule(off)).touches(-200, partner_id=ANNA).form(-199).until(-199)
    assert story.messages["partner_new_lead"] == "muted"
    on_again = Story(schedule(off, switch(-4000, is_on=True))).touches(-200, partner_id=ANNA).form(-199).until(-199)
    assert on_again.planned["partner_new_lead"] == -199


def test_an_alert_goes_to_the_partner_of_the_moment() -> None:
    story = vera()
    assigned = LeadAssigned(action_id="assign-1", by="admin", partner_id="partner-boris", reason="agreed by phone")
    story.tell(story.fact(assigned, Emitter.CRM, -100, session=None)).until(2 * DAY)
    told = {f.properties["step"]: f.properties["partner_id"] for f in story.named("message_planned")}
    assert (told["partner_new_lead"], told["partner_not_attended"]) == (ANNA, "partner-boris")
    assert told["welcome"] is None


def test_a_kind_of_alert_comes_once_per_session() -> None:
    story = vera().until(0).enters(1).leaves(2).enters(3, visit=2).clicks(4).clicks(5).until(2 * DAY)
    steps_told = [f.properties["step"] for f in story.named("message_planned")]
    assert (steps_told.count("partner_entered"), steps_told.count("partner_offer_clicked")) == (1, 1)


def test_who_was_forgotten_gets_nothing_more() -> None:
    story = vera().is_erased(-70).until(2 * DAY)
    assert {story.messages[step] for step in ("reminder_1h", "reminder_10m", "live_now")} == {"exited"}
    assert not story.named("post_webinar_route")


@pytest.mark.parametrize("door", ["telegram_bot", "collect_api", "import"])
def test_only_leads_of_the_form_are_welcomed(door: str) -> None:
    story = Story().form(ARRIVED, emitter=Emitter(door)).registers(ARRIVED).links(ARRIVED).until(0)
    assert "welcome" not in story.messages
    assert story.planned["registered"] == ARRIVED


# --- the preview


def test_the_preview_says_what_is_to_come_and_when() -> None:
    story = vera()
    found = steps(story)
    assert (found["welcome"].state, found["welcome"].is_decided, found["welcome"].delivery) == ("planned", True, None)
    assert (found["reminder_24h"].state, found["reminder_24h"].reason) == ("waiting", "not_due")
    assert (found["reminder_24h"].due_at, found["reminder_24h"].valid_until) == (at(-DAY), at(-120))
    assert found["reminder_1h"].at == at(-60)
    assert {found[step].reason for step in ("partner_entered", "follow_up_attended", "recording_offer")} == {
        "no_occasion"
    }


def test_the_preview_expects_no_alerts_where_there_is_no_partner() -> None:
    story = Story().form(ARRIVED).registers(ARRIVED).until(ARRIVED)
    assert {step.run.scenario.name for step in preview(story.log, story.schedule, story.now)} == {
        "welcome",
        "session",
        "after",
    }


def test_the_preview_shows_a_scenario_once() -> None:
    story = vera().until(0).enters(1).watches_on(1, 30).until(2 * 60)
    keys = [step.message_key for step in preview(story.log, story.schedule, story.now)]
    assert len(keys) == len(set(keys))


def test_the_preview_shows_why_something_was_skipped() -> None:
    found = steps(vera().enters(-70).until(-60))["reminder_1h"]
    assert (found.state, found.reason, found.saw, found.is_decided) == ("skipped", "condition", ("entered",), True)


def test_a_programme_that_is_not_there_yet_makes_everything_wait() -> None:
    story = vera()
    story.schedule = fold_schedule([])
    found = steps(story)["reminder_1h"]
    assert (found.state, found.reason, found.saw, found.at) == ("waiting", "no_occasion", ("session_unknown",), None)
    produced = react(story.log, story.schedule, at(DAY)).facts
    assert {fact.properties["scenario"] for fact in produced} == {"welcome"}


def test_the_preview_changes_nothing() -> None:
    story = vera()
    assert preview(story.log, story.schedule, at(-60))
    assert story.react() == at(ARRIVED + 11)


def test_the_next_moment_is_always_ahead() -> None:
    story = vera()
    moments = []
    wake = story.react()
    while wake is not None:
        moments.append(wake)
        story.now = wake
        wake = story.react()
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert moments[-1] <= at(3 * DAY)
