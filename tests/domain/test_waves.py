"""Reminders of a large session start early, evenly, and never before the lead was there."""

import datetime as dtm
from dataclasses import replace

from domain.planner import preview
from domain.scenarios import CURRENT
from domain.waves import PER_SECOND, TOGETHER, early_by, size, sizes
from tests.domain.synthetic import SESSION, Story, at, schedule, vera

HOUR = dtm.timedelta(hours=1)


def test_a_wave_takes_as_long_as_the_sender_needs_and_is_even() -> None:
    early = [early_by(f"lead-{number}", "reminder_1h", 10_000, HOUR).total_seconds() for number in range(10_000)]
    assert 395 < max(early) <= 10_000 / PER_SECOND
    minutes = [sum(1 for second in early if start <= second < start + 50) for start in range(0, 400, 50)]
    assert all(abs(count - 1250) < 150 for count in minutes)


def test_sessions_that_begin_together_are_one_wave() -> None:
    begin = dtm.datetime(2026, 3, 4, 15, tzinfo=dtm.UTC)
    starts = {"a": begin, "b": begin + TOGETHER, "c": begin + 3 * TOGETHER, "unknown": begin}
    found = sizes({"a": 60, "b": 60, "c": 60, "not announced": 500}, starts)
    assert found == {"a": size(120), "b": size(120), "c": 0}


def test_a_slower_sender_begins_earlier() -> None:
    slow = early_by("anna", "reminder_1h", 500, HOUR, per_second=1)
    assert abs(slow - 25 * early_by("anna", "reminder_1h", 500, HOUR)) < dtm.timedelta(seconds=1)
    story = vera().until(-3 * 24 * 60 + 1)
    crowd = replace(schedule(), registered={SESSION: 64}, per_second=0.1)
    due = {step.step.key: step.due_at for step in preview(story.log, crowd, story.now)}
    assert at(-60 - 64 / 6) <= due["reminder_1h"] < at(-60 - 0.1)


def test_the_size_is_rounded_up_by_a_quarter_at_most_and_small_sessions_have_none() -> None:
    assert [size(number) for number in (0, 63, 64, 65, 80, 81)] == [0, 0, 64, 80, 80, 100]
    assert all(number <= size(number) <= number * 1.27 for number in range(64, 20_000))


def test_everybody_keeps_their_place_and_nobody_is_early_where_few_come_or_it_would_be_too_early() -> None:
    assert early_by("anna", "reminder_1h", 500, HOUR) == early_by("anna", "reminder_1h", 500, HOUR)
    assert early_by("anna", "reminder_1h", 500, HOUR) != early_by("anna", "reminder_10m", 500, HOUR)
    assert early_by("anna", "reminder_1h", 0, HOUR) == dtm.timedelta(0)
    assert early_by("anna", "reminder_1h", 10**9, HOUR) < HOUR


def test_only_reminders_start_early_and_none_comes_into_the_one_before_it() -> None:
    steps = {step.key: step for step in CURRENT["session"].steps}
    early = {key for key, step in steps.items() if step.at_most_early}
    assert early == {"reminder_24h", "reminder_1h", "reminder_10m"}
    for before, after in (("reminder_24h", "reminder_1h"), ("reminder_1h", "reminder_10m")):
        assert steps[before].until[0].offset <= steps[after].anchor.offset - steps[after].at_most_early


def test_the_planner_moves_the_due_moment_but_not_the_end_nor_past_the_registration() -> None:
    story = vera().until(-3 * 24 * 60 + 1)
    crowd = replace(schedule(), registered={SESSION: 10_000})
    due = {step.step.key: step for step in preview(story.log, crowd, story.now)}
    alone = {step.step.key: step for step in preview(story.log, schedule(), story.now)}
    for key in ("reminder_24h", "reminder_1h", "reminder_10m"):
        moved, usual = due[key], alone[key]
        assert moved.due_at
        assert usual.due_at
        assert dtm.timedelta(0) < usual.due_at - moved.due_at <= dtm.timedelta(seconds=400)
        assert moved.valid_until == usual.valid_until
    assert due["live_now"].due_at == alone["live_now"].due_at
    late = Story().form(-60.01).registers(-60.01).links(-60.01).until(-60.01)
    found = next(s for s in preview(late.log, crowd, late.now) if s.step.key == "reminder_1h")
    assert found.state == "planned"
    assert found.due_at == at(-60.01)
