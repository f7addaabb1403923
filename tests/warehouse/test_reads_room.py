"""What a restarted room asks the log: its audience over time, on two people whose numbers can be checked by hand."""

import datetime as dtm

from domain.events import Emitter, Entered, Event, Fact, Left, Watched
from warehouse.local import LocalWarehouse
from warehouse.reads import room

ZERO = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


def tracked(event: Event, lead: str, second: float) -> Fact:
    at = ZERO + dtm.timedelta(seconds=second)
    envelope = {"lead_id": lead, "webinar_id": "w", "session_id": "S1"}
    return Fact.of(event, emitter=Emitter.TRACKER, occurred_at=at, **envelope)  # type: ignore[arg-type]


def stretch(lead: str, since: float, until: float) -> Fact:
    from_at, to_at = (ZERO + dtm.timedelta(seconds=second) for second in (since, until))
    interval = Watched(
        connection="p", from_at=from_at, to_at=to_at, from_position_seconds=since, to_position_seconds=until
    )
    return tracked(interval, lead, until)


def test_the_curve_of_an_earlier_life_tells_the_present_from_the_watching(warehouse: LocalWarehouse) -> None:
    """Anna watches 0-25 and 25-50, leaves at 80; Boris comes at 20, watches to 40 and is not heard of again."""
    warehouse.append(
        [
            stretch("anna", -20, -5),
            tracked(Entered(visit_no=1), "anna", 0), stretch("anna", 0, 25), stretch("anna", 25, 50),
            tracked(Left(visit_no=1), "anna", 80),
            tracked(Entered(visit_no=1), "boris", 20), stretch("boris", 20, 40),
        ]
    )  # fmt: skip

    told = room.audience(warehouse, "S1", since=ZERO, step_seconds=5)

    start = int(ZERO.timestamp())
    assert [(second - start, present, watching) for second, present, watching in told] == [
        (0, 1, 1), (20, 2, 2), (25, 2, 2), (40, 1, 1), (50, 1, 0), (80, 0, 0),
    ]  # fmt: skip
