"""The window of an evaluation: shorter after a missed beat, longer again with time, never out of bounds."""

from pipelines.beat import MISSED_SECONDS, SHORTEST_SECONDS, Beat


def evaluations(beat: Beat, gaps: list[float]) -> list[float]:
    """Windows of evaluations with these pauses before them."""
    now, windows = 0.0, []
    for gap in gaps:
        now += gap
        windows.append(beat.begin(now))
        now += windows[-1]
        beat.end(now)
    return windows


def test_a_missed_beat_shortens_the_window() -> None:
    first, second = evaluations(Beat(4.7), [0, MISSED_SECONDS + 1])

    assert first == 4.7
    assert second < first


def test_beats_that_are_met_let_it_grow_back() -> None:
    windows = evaluations(Beat(4.7), [0, 5, *([0.2] * 100)])

    assert windows[-1] == 4.7


def test_it_never_becomes_useless() -> None:
    assert min(evaluations(Beat(4.7), [5.0] * 100)) == SHORTEST_SECONDS
