"""The audience's curve keeps the whole session in a fixed size; tickets are used up."""

import datetime as dtm

from app.room.audience import EVERY_SECONDS, MOST_POINTS, Curve
from app.room.seats import TICKET_SECONDS, Punched

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)


def test_a_point_every_five_seconds_and_not_more_often() -> None:
    curve = Curve()
    taken = []
    for second in range(12):
        now = ZERO + dtm.timedelta(seconds=second)
        if curve.is_due(now):
            taken.append(curve.take(now, second, 0)[1])
    assert taken == [0, 5, 10]


def test_nine_hours_fit_and_keep_their_beginning() -> None:
    curve = Curve()
    for step in range(9 * 3600 // EVERY_SECONDS):
        now = ZERO + dtm.timedelta(seconds=step * EVERY_SECONDS)
        if curve.is_due(now):
            curve.take(now, 1, 1)
    assert len(curve.points) <= MOST_POINTS
    assert curve.points[0][0] == int(ZERO.timestamp())
    assert curve.points[-1][0] - curve.points[0][0] > 8.9 * 3600
    assert curve.step_seconds == 40


def test_what_the_log_knows_comes_first() -> None:
    curve = Curve()
    second = int(ZERO.timestamp())
    curve.seed([(second + 5, 2, 1), (second, 1, 1)])
    curve.take(ZERO + dtm.timedelta(seconds=30), 3, 3)
    assert [point[1] for point in curve.points] == [1, 2, 3]


def test_a_ticket_opens_one_socket_and_is_forgotten_when_it_could_open_none() -> None:
    punched = Punched()
    assert punched.punch("a", 0)
    assert not punched.punch("a", TICKET_SECONDS)
    assert punched.punch("b", TICKET_SECONDS + 5)
    assert len(punched._until) == 1  # noqa: SLF001 - memory must not grow with every visitor of the day
