import dataclasses

import pytest

from domain.events import (
    AttendanceClassified,
    AttendanceFacts,
    ChatPosted,
    CoreLeadCreated,
    Emitter,
    Entered,
    Fact,
    LeadMerged,
    LeadUnmerged,
    Left,
    OfferClicked,
    OfferShown,
    RegisteredForSession,
    ReplayWatched,
    TouchRecorded,
    Watched,
    WebinarCancelled,
    WebinarScheduled,
)
from tests.warehouse.small_cohort import ANNA, BORIS, SESSION, WEBINAR, at, tell
from tests.warehouse.test_reads_funnel import publish
from warehouse import tables
from warehouse.interface import Published
from warehouse.local import LocalWarehouse
from warehouse.reads import audience
from warehouse.reads.audience import KindCount, SessionPart, WebinarKinds

KINDS = WebinarKinds(WEBINAR, 0.95, settled=at(5000))


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


def in_session(event: object, emitter: Emitter, session: str, lead: str | None = None) -> Fact:
    return Fact.of(event, emitter=emitter, occurred_at=at(-30), lead_id=lead, webinar_id=WEBINAR, session_id=session)  # type: ignore[arg-type]


def verdict_on(lead: str, session: str, minutes: float, facts: AttendanceFacts) -> Fact:
    verdict = AttendanceClassified(
        status="attended", outcome="left_after_offer", reasons=("watched",), policy_version=1, facts=facts,
        facts_digest=f"{facts.watched_seconds}",
    )  # fmt: skip
    return Fact.of(
        verdict, emitter=Emitter.ATTENDANCE_SERVICE, occurred_at=at(minutes), lead_id=lead, webinar_id=WEBINAR,
        session_id=session,
    )  # fmt: skip


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
        people, total = audience.people(told, SESSION, SessionPart("outcome", count.outcome))
        assert (len(people), total) == (count.leads, count.leads)
    (anna,), _ = audience.people(told, SESSION, SessionPart("outcome", "form_submitted"))
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
    assert audience.people(told, "other", SessionPart("outcome", "missed")) == ([], 0)
    assert audience.watching(told, "other") == audience.Watching()
    assert audience.kinds(told, dataclasses.replace(KINDS, webinar_id="other")) == []


def behind(told: LocalWarehouse, part: str, value: str = "", minute: int = 0) -> list[str]:
    people, total = audience.people(told, SESSION, SessionPart(part, value, minute))
    assert len(people) == total
    return [one.lead_id for one in people]


def test_every_minute_of_the_curve_has_as_many_people_as_it_counts(told: LocalWarehouse) -> None:
    for minute in audience.curve(told, SESSION):
        assert len(behind(told, "present", minute=minute.minute)) == minute.present, minute
        assert len(behind(told, "dropped", minute=minute.minute)) == minute.dropped, minute
        assert bool(behind(told, "acting", minute=minute.minute)) == bool(minute.acts), minute


def test_every_single_number_of_a_session_has_as_many_people_as_it_counts(told: LocalWarehouse) -> None:
    counts = audience.outcomes(told, SESSION)
    for part in ("registered", "entered", "attended", "attended_registered", "completed", "replay_watched"):
        assert len(behind(told, part)) == sum(getattr(count, part) for count in counts), part
    assert behind(told, "replay_only") == []
    (offer,) = audience.offers(told, SESSION)
    for part in ("shown", "clicked", "submitted"):
        assert len(behind(told, f"offer_{part}", offer.offer_id)) == getattr(offer, part), part
    assert behind(told, "offer_clicked", "another") == []


def test_how_long_people_watched_adds_up_to_those_who_entered(told: LocalWarehouse) -> None:
    watching = audience.watching(told, SESSION)

    assert watching.tenths == (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert (watching.median, watching.session_seconds) == ((1190 + 60) / 2, 1200)
    for tenth, leads in enumerate(watching.tenths):
        assert len(behind(told, "tenth", str(tenth))) == leads
    assert behind(told, "tenth", "no number") == []


def test_a_number_nobody_knows_is_refused(told: LocalWarehouse) -> None:
    with pytest.raises(ValueError, match="Nobody stands behind 'everybody'"):
        audience.people(told, SESSION, SessionPart("everybody"))


def test_kinds_are_compared_over_their_own_people(told: LocalWarehouse) -> None:
    """Live in the same webinar: Boris attended half of it and came without a place; the recording: Vera and Anna."""
    live = WebinarScheduled(action_id="live", starts_at=at(1000), duration_seconds=600, mode="live")
    told.append([Fact.of(live, emitter=Emitter.STUDIO, occurred_at=at(900), webinar_id=WEBINAR, session_id="live-1")])
    came = Fact.of(
        Entered(visit_no=1), emitter=Emitter.TRACKER, occurred_at=at(1001), lead_id=BORIS, webinar_id=WEBINAR,
        session_id="live-1",
    )  # fmt: skip
    facts = AttendanceFacts(session_seconds=600, watched_seconds=300)
    told.append([came, verdict_on(BORIS, "live-1", 1011, facts)])
    seen = [(ANNA, 0, 1150), (ANNA, 0, 900), (ANNA, 1150, 1190), ("lead-vera", 100, 110)]
    told.append(
        [
            tracked(
                ReplayWatched(
                    connection=f"tv-{since}-{until}", from_at=at(200), to_at=at(220), from_position_seconds=since,
                    to_position_seconds=until,
                ),
                lead, 220,
            )
            for lead, since, until in seen
        ]
    )  # fmt: skip
    told.append([tracked(OfferClicked(action_id="later", offer_id="offer-1"), ANNA, 230)])
    found = {one.kind: one for one in audience.kinds(told, KINDS)}

    assert found["auto"] == KindCount("auto", 3, 1, 1, (1190 + 60) / 2, 1, 1, 1)
    assert found["live"] == KindCount("live", 0, 1, 0, 300, 0, 0, 0)
    # Vera's two minutes and ten seconds count, what Anna watched twice counts once; only Anna came near the end.
    assert found["replay"] == KindCount("replay", 3, 2, 2, (1190 + 120) / 2, 1, 1, 0)

    for kind, count in found.items():
        for part in audience.KIND_PARTS:
            people, total = audience.kind_people(told, KINDS, SessionPart(part, kind))
            assert len(people) == total == getattr(count, part.removeprefix("kind_")), (kind, part)
    (first, *_), _ = audience.kind_people(told, KINDS, SessionPart("kind_attended", "live"))
    assert (first.lead_id, first.session_id, first.watched_seconds) == (BORIS, "live-1", 300)
    with pytest.raises(ValueError, match="Nobody stands behind 'outcome'"):
        audience.kind_people(told, KINDS, SessionPart("outcome", "live"))


def test_kinds_are_of_sessions_that_are_over_and_of_places_with_a_verdict(told: LocalWarehouse) -> None:
    """Boris has a place next week and one in a session that was cancelled: neither makes the shares smaller."""
    over = audience.kinds(told, KINDS)
    for number, minutes in enumerate((100, 10_000)):
        plan = WebinarScheduled(action_id=f"{number}", starts_at=at(minutes), duration_seconds=600, mode="auto")
        seat = in_session(RegisteredForSession(), Emitter.WEB_FORM, f"auto-{number}", BORIS)
        told.append([in_session(plan, Emitter.STUDIO, f"auto-{number}"), seat])
    told.append([in_session(WebinarCancelled(action_id="no"), Emitter.STUDIO, "auto-0")])
    assert audience.kinds(told, KINDS) == over

    on_the_air = dataclasses.replace(KINDS, settled=at(19))
    assert audience.kinds(told, on_the_air) == []


def test_kinds_from_the_published_table_and_later_facts_are_those_of_the_log(told: LocalWarehouse) -> None:
    before = audience.kinds(told, KINDS)
    publish(told)
    assert audience.kinds(told, KINDS) == before
    later = verdict_on(BORIS, SESSION, 32, AttendanceFacts(session_seconds=1200, watched_seconds=700))
    told.append([later])
    (auto,) = (one for one in audience.kinds(told, KINDS) if one.kind == "auto")
    assert (auto.attended, auto.median_seconds) == (2, (1190 + 700) / 2)


def created(lead: str) -> Fact:
    born = CoreLeadCreated(
        lead_source="vk", first_touch_at=at(-5), lead_created_at=at(-4), entry=Emitter.WEB_FORM, ingest_event_id=lead
    )
    return Fact.of(born, emitter=Emitter.CORE, occurred_at=at(-4), lead_id=lead)


def stated(event: object, lead: str | None, minutes: float) -> Fact:
    emitter = Emitter.WEB_FORM if isinstance(event, TouchRecorded) else Emitter.CRM
    return Fact.of(event, emitter=emitter, occurred_at=at(minutes), lead_id=lead)  # type: ignore[arg-type]


LATER = {
    "somebody else's visit": [stated(TouchRecorded(visitor_id="x", landing="/w/pervyy"), None, 50)],
    "a line in the chat": [tracked(ChatPosted(action_id="late", position_seconds=300), BORIS, 5)],
    "somebody there becomes a lead": [stretch("lead-olga", 2, 9), tracked(Entered(visit_no=1), "lead-olga", 2)],
    "an unknown becomes a lead": [created("lead-olga")],
    "a lead who was not there": [created("lead-nobody")],
    "two become one": [stated(LeadMerged(action_id="merge", into_lead_id="lead-nobody"), BORIS, 60)],
    "and two again": [stated(LeadUnmerged(action_id="unmerge", by="staff"), BORIS, 61)],
}


def test_published_numbers_are_as_of_the_newest_fact(told: LocalWarehouse) -> None:
    names = ("attendance", "audience_curve", "outcomes", "offer_results")
    for number, (what, facts) in enumerate(LATER.items()):
        if number % 2 == 0:
            seq = told.health()["last_seq"]
            for name in names:
                staged = told.stage_table(name, tables.live(name))
                told.publish_table(staged, Published(name, seq, "test"))
        assert {receipt.status for receipt in told.append(facts)} == {"accepted"}, what

        wanted = {name: told.sql(f"from ({tables.live(name)}) where session_id = '{SESSION}'") for name in names}
        curve = audience.curve(told, SESSION)
        assert [m.present for m in curve] == wanted["audience_curve"]["present"].to_pylist(), what
        assert sum(m.chat_lines for m in curve) == sum(wanted["audience_curve"]["chat_lines"].to_pylist()), what
        found = {count.outcome: count.leads for count in audience.outcomes(told, SESSION)}
        assert found == dict(zip(*wanted["outcomes"].select(["outcome", "leads"]).to_pydict().values(), strict=True))
        assert [o.shown for o in audience.offers(told, SESSION)] == wanted["offer_results"]["shown"].to_pylist(), what
        for outcome, leads in found.items():
            assert audience.people(told, SESSION, SessionPart("outcome", outcome))[1] == leads, what
