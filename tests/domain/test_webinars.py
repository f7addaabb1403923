"""The programme: what the newest facts say, whatever the order they arrive in; and the session's clock."""

import datetime as dtm
from itertools import permutations

import pytest

from domain.events import (
    Emitter,
    Fact,
    PartnerLinkCreated,
    TelegramBlocked,
    TelegramLinked,
    TelegramUnblocked,
    WebinarConfigured,
)
from domain.webinars import SCHEDULE_EVENTS, fold_schedule
from tests.domain.synthetic import (
    ANNA,
    LONG_AGO,
    SESSION,
    START,
    WEBINAR,
    at,
    cancelled,
    configured,
    ended,
    moved,
    partner,
    partner_links,
    programme,
    schedule,
    scheduled,
    started,
    usual_session,
)

HOUR = dtm.timedelta(hours=1)


def test_the_usual_programme() -> None:
    folded = schedule()
    assert folded.by_slug("spring") is folded.webinars[WEBINAR]
    assert folded.by_slug("autumn") is None
    assert folded.webinars[WEBINAR].policy.version == 1
    assert folded.sessions[SESSION].starts_at == START
    assert folded.by_code("ANNA") is folded.partners[ANNA]
    assert folded.by_code("nobody") is None


def test_the_order_of_arrival_does_not_matter() -> None:
    facts = [configured(), scheduled(), moved(at(60), at(-10)), moved(at(90), at(-5), "move-2"), started(at(90))]
    folded = [fold_schedule(order).sessions[SESSION] for order in permutations(facts)]
    assert set(folded) == {folded[0]}
    assert folded[0].starts_at == at(90)


def test_the_newest_configuration_is_current() -> None:
    newer = configured(action_id="configure-2", slug="summer").model_copy(update={"occurred_at": at(-1)})
    assert fold_schedule([newer, configured()]).webinars[WEBINAR].slug == "summer"


def test_of_two_configurations_at_the_same_moment_the_later_in_the_log_wins() -> None:
    first = configured().model_copy(update={"seq": 1})
    second = configured(action_id="configure-2", slug="summer").model_copy(update={"seq": 2})
    assert fold_schedule([second, first]).webinars[WEBINAR].slug == "summer"


def test_facts_of_an_unannounced_session_wait() -> None:
    assert SESSION not in fold_schedule([configured(), started(START)]).sessions


def test_an_announcement_with_a_later_clock_still_comes_first() -> None:
    late = scheduled().model_copy(update={"occurred_at": at(5)})
    assert fold_schedule([late, started(at(1))]).sessions[SESSION].started_at == at(1)


def test_a_cancelled_session_stays_cancelled() -> None:
    session = usual_session(cancelled(at(-10)), moved(at(60), at(-5)))
    assert (session.status, session.phase(at(70)), session.has_run) == ("cancelled", "cancelled", False)
    assert not session.is_open(at(-20))


def test_what_has_begun_cannot_be_moved() -> None:
    assert usual_session(started(START), moved(at(60), at(5))).starts_at == START


def test_what_is_over_cannot_be_cancelled() -> None:
    assert usual_session(started(START), ended(at(60)), cancelled(at(70))).status == "ended"


@pytest.mark.parametrize(
    ("minutes", "phase", "position"),
    [(-5, "lobby", 0), (0, "on_air", 0), (30, "on_air", 1800), (60, "over", 3600), (90, "over", 3600)],
)
def test_an_auto_session_follows_its_clock(minutes: float, phase: str, position: float) -> None:
    session = usual_session()
    assert (session.phase(at(minutes)), session.position_seconds(at(minutes))) == (phase, position)
    assert session.is_open(at(minutes)) == (phase != "over")


def test_an_auto_session_never_runs_over_but_may_be_ended_early() -> None:
    assert usual_session(started(START), ended(at(80))).ends_at == at(60)
    assert usual_session(started(START), ended(at(20))).ends_at == at(20)


def test_a_live_sessions_clock_starts_when_the_host_does() -> None:
    session = usual_session(started(at(7)), mode="live")
    assert session.opens_at == at(7)
    assert session.planned_end == at(67)
    assert session.position_seconds(at(10)) == 180
    assert session.position_seconds(at(90)) == 83 * 60
    assert session.phase(at(90)) == "on_air"


def test_a_live_session_waits_for_its_host() -> None:
    session = usual_session(mode="live")
    assert (session.phase(at(10)), session.position_seconds(at(10)), session.has_run) == ("lobby", 0, False)


def test_a_live_session_ends_when_the_host_ends_it() -> None:
    session = usual_session(started(at(0)), ended(at(75)), mode="live")
    assert (session.ends_at, session.length_seconds, session.phase(at(76))) == (at(75), 4500, "over")


def test_a_live_session_that_timed_out_counts_to_its_planned_end() -> None:
    session = usual_session(started(at(0)), ended(at(300), Emitter.SCHEDULER), mode="live")
    assert session.is_timed_out
    assert session.ends_at == at(60)


def test_a_fact_from_before_clock_zero_does_not_end_a_session() -> None:
    assert usual_session(ended(at(-5))).ends_at == at(60)


def test_an_end_that_arrives_before_its_start_still_ends_the_session() -> None:
    assert usual_session(started(at(61)), ended(at(60)), mode="live").status == "ended"


def test_the_next_session_is_the_earliest_one_can_still_come_to() -> None:
    folded = fold_schedule([configured(), scheduled(), scheduled(starts_at=START + 24 * HOUR, session="tomorrow")])
    assert [s.session_id for s in folded.sessions_of(WEBINAR)] == [SESSION, "tomorrow"]
    found = [folded.next_session(WEBINAR, at(minutes)) for minutes in (-10, 30, 61, 60 * 26)]
    assert [session.session_id if session else None for session in found] == [SESSION, SESSION, "tomorrow", None]


def test_a_partner_may_have_several_codes() -> None:
    link = Fact.of(PartnerLinkCreated(partner_id=ANNA, code="anna-vk"), emitter=Emitter.CORE, occurred_at=LONG_AGO)
    found = schedule(link).by_code("Anna-VK")
    assert found is not None
    assert (found.partner_id, found.code, found.codes) == (ANNA, "anna", {"anna", "anna-vk"})


def test_facts_of_an_unknown_partner_wait() -> None:
    assert "stranger" not in schedule(partner_links("stranger", at(0))).partners


def test_a_partners_telegram_comes_and_goes() -> None:
    blocked = Fact.of(TelegramBlocked(cause="u1", partner_id=ANNA), emitter=Emitter.NOTIFIER, occurred_at=at(0))
    back = Fact.of(TelegramUnblocked(cause="u2", partner_id=ANNA), emitter=Emitter.NOTIFIER, occurred_at=at(9))
    states = [schedule(*facts).partners[ANNA] for facts in ([], [blocked], [blocked, back])]
    assert [(state.channel, state.linked_at) for state in states] == [
        ("linked", LONG_AGO),
        ("blocked", None),
        ("linked", at(9)),
    ]
    assert [state.is_linked for state in states] == [True, False, True]
    assert not fold_schedule(partner(ANNA, "anna", is_linked=False)).partners[ANNA].is_linked


def test_a_leads_telegram_is_no_partners() -> None:
    linked = Fact.of(TelegramLinked(update_id=1), emitter=Emitter.NOTIFIER, occurred_at=at(0), lead_id="lead-vera")
    assert fold_schedule([*programme(), linked]) == schedule()


def test_the_schedule_needs_no_other_facts() -> None:
    assert WebinarConfigured.name in SCHEDULE_EVENTS
    assert "client_webinar_watched" not in SCHEDULE_EVENTS
