"""Wake-ups: each key at most once, always the last word, never early."""

import datetime as dtm

from hypothesis import given
from hypothesis import strategies as st

from pipelines.wakeups import WakeUps

START = dtm.datetime(2026, 3, 4, tzinfo=dtm.UTC)
moments = st.integers(0, 50).map(lambda minutes: START + dtm.timedelta(minutes=minutes))


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | moments), max_size=30), moments)
def test_the_last_word_on_a_key_counts(words: list[tuple[str, dtm.datetime | None]], now: dtm.datetime) -> None:
    wake_ups, expected = WakeUps(), dict[str, dtm.datetime | None]()
    for key, due_at in words:
        wake_ups.set(key, due_at)
        expected[key] = due_at
    waiting = {key: due_at for key, due_at in expected.items() if due_at}

    assert wake_ups.next_at() == min(waiting.values(), default=None)
    due = wake_ups.take_due(now)

    assert sorted(due) == sorted(key for key, due_at in waiting.items() if due_at <= now)
    assert [waiting[key] for key in due] == sorted(waiting[key] for key in due)
    assert len(wake_ups) == len(waiting) - len(due)
    assert wake_ups.take_due(now) == []


def test_no_later_than_only_ever_moves_a_wake_up_forward() -> None:
    wake_ups = WakeUps()
    wake_ups.no_later_than("a", START + dtm.timedelta(minutes=5))
    wake_ups.no_later_than("a", START + dtm.timedelta(minutes=9))

    assert wake_ups.next_at() == START + dtm.timedelta(minutes=5)
    wake_ups.no_later_than("a", START + dtm.timedelta(minutes=3))
    assert wake_ups.next_at() == START + dtm.timedelta(minutes=3)
    assert wake_ups.take_due(START + dtm.timedelta(minutes=9)) == ["a"]
