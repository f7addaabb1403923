import pytest

from domain.events import ChatPosted, Emitter, Entered, Fact, Left, OfferShown, ReplayWatched, Watched
from tests.warehouse.small_cohort import ANNA, BORIS, SESSION, WEBINAR, at, tell
from warehouse.local import LocalWarehouse
from warehouse.reads import audience


def tracked(event: object, lead: str, minutes: float) -> Fact:
    return Fact.of(
        event, emitter=Emitter.TRACKER, occurred_at=at(minutes), lead_id=lead, webinar_id=WEBINAR, session_id=SESSION
    )  # type: ignore[arg-type]


def stretch(lead: str, since: float, until: float, connection: str = "phone") -> Fact:
    interval = Watched(
        connection=connection, from_at=at(since), to_at=at(until), from_position_seconds=since * 60,
        to_position_seconds=until * 60,
    )  # fmt: skip
    return tracked(interval, lead, until)


@pytest.fixture
def told(warehouse: LocalWarehouse) -> LocalWarehouse:
    """Anna watches all twenty minutes on two devices, Boris minutes 1 to 4; the offer comes in minute 10."""
    tell(warehouse)
    replay = ReplayWatched(
        connection="tv", from_at=at(100), to_at=at(102), from_position_seconds=0, to_position_seconds=120
    )
    warehouse.append(
        [
            stretch(ANNA, 0, 20), stretch(ANNA, 5, 8, "laptop"), stretch(BORIS, 1, 4),
            tracked(Left(visit_no=1), BORIS, 4),
            tracked(ChatPosted(action_id="line", position_seconds=120), ANNA, 2.5),
            tracked(OfferShown(action_id="shown", offer_id="offer-1"), ANNA, 10),
            tracked(replay, "lead-vera", 102),
        ]
    )  # fmt: skip
    return warehouse


def test_the_curve_counts_leads_not_devices(told: LocalWarehouse) -> None:
    minutes = audience.curve(told, SESSION)

    assert [m.minute for m in minutes] == list(range(20))
    assert [m.present for m in minutes] == [1, 2, 2, 2, *[1] * 16]
    assert (minutes[0].entered, minutes[1].entered) == (1, 1)
    assert [m.minute for m in minutes if m.dropped] == [3, 19]
    assert [m.minute for m in minutes if m.chat_lines] == [2]
    assert [m.minute for m in minutes if m.offer_shown] == [10]
    assert [m.minute for m in minutes if m.offer_clicked] == [19]
    assert [m.minute for m in minutes if m.replaying] == [0, 1]


def test_coming_again_is_no_second_entry(told: LocalWarehouse) -> None:
    told.append([tracked(Entered(visit_no=2), BORIS, 7)])
    assert sum(m.entered for m in audience.curve(told, SESSION)) == 2


def test_outcomes_are_the_people_behind_them(told: LocalWarehouse) -> None:
    counts = audience.outcomes(told, SESSION)

    assert {c.outcome: c.leads for c in counts} == {"form_submitted": 1, "left_before_offer": 1, "missed": 1}
    for count in counts:
        people, total = audience.people(told, SESSION, count.outcome)
        assert (len(people), total) == (count.leads, count.leads)
    (anna,), _ = audience.people(told, SESSION, "form_submitted")
    assert (anna.lead_id, anna.name, anna.watched_seconds) == (ANNA, "Анна Примерова", 1190)


def test_offers_count_each_lead_once(told: LocalWarehouse) -> None:
    told.append([tracked(OfferShown(action_id="again", offer_id="offer-1"), ANNA, 11)])
    (offer,) = audience.offers(told, SESSION)
    assert (offer.offer_id, offer.shown, offer.clicked, offer.submitted) == ("offer-1", 1, 1, 1)
    assert offer.first_shown_at == at(10)


def test_a_session_nobody_knows_has_no_numbers(told: LocalWarehouse) -> None:
    assert audience.curve(told, "other") == []
    assert audience.outcomes(told, "other") == []
    assert audience.offers(told, "other") == []
    assert audience.people(told, "other", "missed") == ([], 0)
