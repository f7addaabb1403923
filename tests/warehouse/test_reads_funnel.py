import datetime as dtm
import json
import random
import statistics
from collections import Counter

import pytest

from domain import funnel as rules
from domain.events import (
    Completed,
    CoreIngestEvent,
    CoreLeadCreated,
    Emitter,
    Entered,
    Event,
    Fact,
    FormSubmitted,
    OfferClicked,
    RegisteredForSession,
    TelegramLinked,
    TouchRecorded,
    Utm,
)
from tests.moulds import Story, nothing
from tests.warehouse.small_cohort import PETR, VERA, WEBINAR, at, tell
from tests.warehouse.small_cohort import _verdict as verdict
from warehouse import tables
from warehouse.interface import Published
from warehouse.local import LocalWarehouse
from warehouse.reads import funnel, sources
from warehouse.reads.funnel import STAGES, Behind, FunnelFilter
from warehouse.reads.patching import KEYS

DAY = 86_400
WINDOWS = (0, 1_800)
BREAKDOWNS = ("source", "partner", "webinar", "campaign", "week")
NOW = at(90)


def crowded(warehouse: LocalWarehouse) -> None:
    """Forty people more who do things in no particular order, minutes apart, with up to three touches."""
    tell(warehouse)
    warehouse.append([fact for number in range(40) for fact in wanderer(number)])
    publish(warehouse)


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Story:
    stories: dict[str, Story] = {"crowd": crowded, "told": tell}
    return next((told for name, told in stories.items() if name in request.fixturenames), nothing)


@pytest.fixture
def told(warehouse: LocalWarehouse) -> LocalWarehouse:
    return warehouse


@pytest.fixture
def crowd(warehouse: LocalWarehouse) -> LocalWarehouse:
    return warehouse


def wanderer(number: int) -> list[Fact]:
    chance = random.Random(number)  # noqa: S311 - the same people every time
    lead, visitor, began = f"lead-{number}", f"visitor-{number}", chance.uniform(-60, 0)
    touches = sorted(began + chance.uniform(0, 40) for _ in range(chance.randint(1, 3)))
    facts = [
        Fact.of(
            TouchRecorded(
                visitor_id=visitor,
                landing="/w/pervyy",
                utm=Utm(source=chance.choice(["vk", "mail"]), campaign=chance.choice(["spring", "summer"])),
                partner_id=chance.choice([PETR, None]),
            ),
            emitter=Emitter.WEB_FORM,
            occurred_at=at(minutes),
        )
        for minutes in touches
    ]
    if chance.random() < 0.2:
        return facts
    created = chance.choice(touches) + 1
    first = at(touches[0])
    facts += [
        said(
            CoreIngestEvent(submission_id=f"form-{number}", visitor_id=visitor, source="vk"),
            Emitter.WEB_FORM, lead, created,
        ),
        said(
            CoreLeadCreated(
                lead_source="vk", first_touch_at=first, lead_created_at=at(created), entry=Emitter.WEB_FORM,
                partner_id=None, ingest_event_id=f"form-{number}",
            ),
            Emitter.CORE, lead, created,
        ),
    ]  # fmt: skip
    acts: list[tuple[Event, Emitter]] = [
        (TelegramLinked(update_id=1_000 + number), Emitter.NOTIFIER),
        (RegisteredForSession(), Emitter.WEB_FORM),
        (Entered(visit_no=1), Emitter.TRACKER),
        (Completed(watched_seconds=1190), Emitter.TRACKER),
        (OfferClicked(action_id=f"click-{number}", offer_id="offer-1"), Emitter.TRACKER),
        (FormSubmitted(visit_no=1, offer_id="offer-1"), Emitter.TRACKER),
    ]
    minutes, jitter = created + 1, 0 if number % 3 == 0 else 4
    for event, emitter in acts:
        if jitter and chance.random() < 0.1:
            continue
        minutes = max(created + 1, minutes + chance.uniform(-jitter, 7))
        facts.append(said(event, emitter, lead, minutes))
        if isinstance(event, Entered):
            facts.append(verdict(lead, minutes + chance.uniform(0, jitter), "attended", "completed", 1190))
    return facts


def said(event: Event, emitter: Emitter, lead: str, minutes: float) -> Fact:
    place = {} if isinstance(event, TelegramLinked | CoreIngestEvent | CoreLeadCreated) else {
        "webinar_id": WEBINAR, "session_id": "session-1",
    }  # fmt: skip
    return Fact.of(event, emitter=emitter, occurred_at=at(minutes), lead_id=lead, **place)


def by_the_rules(warehouse: LocalWarehouse, mode: rules.Mode, window: int) -> list[rules.Way]:
    """The ways that `domain.funnel` gives, person by person."""
    touches: dict[str, list[dtm.datetime]] = {}
    for row in warehouse.sql(tables.live("touches")).to_pylist():
        touches.setdefault(row["lead_id"] or row["visitor_id"], []).append(row["touched_at"])
    ways = []
    for row in warehouse.sql(tables.live("funnel_stages")).to_pylist():
        firsts = (row["touched_at"], row["lead_at"], *(row[f"first_{stage}_at"] for stage in STAGES[2:]))
        moments = rules.walked(firsts, mode)
        seen = touches.get(row["person_id"], [])
        ways.append(rules.within(moments, seen, dtm.timedelta(seconds=window), NOW) if window else rules.Way(moments))
    return ways


def counted(ways: list[rules.Way]) -> dict[str, int]:
    """How many came to each stage, and how many may still come further."""
    counts = {stage: sum(way.moments[i] is not None for way in ways) for i, stage in enumerate(STAGES)}
    return {**counts, "open": sum(way.is_open for way in ways)}


def median_of(ways: list[rules.Way], stage: int) -> float:
    """Half of those who came to the stage took at most so many seconds from their start."""
    return statistics.median(
        (way.moments[stage] - way.moments[0]).total_seconds() for way in ways if way.moments[stage] is not None
    )


def test_the_funnel_counts_people_stage_by_stage(told: LocalWarehouse) -> None:
    [whole] = funnel.funnel(told, FunnelFilter())
    assert whole.counts == {
        "touched": 4, "lead": 3, "linked": 2, "registered": 2, "entered": 2, "attended": 1, "completed": 1,
        "clicked": 1, "submitted": 1,
    }  # fmt: skip
    together = funnel.whole(told, FunnelFilter(breakdown="source"))
    assert together is not None
    assert together.counts == whole
    times = together.times
    assert times.steps["lead"].median == 120
    assert times.steps["entered"].median == (9 + 10) / 2 * 60
    assert times.steps["entered"].p90 == pytest.approx(9.9 * 60)
    assert times.ways["submitted"].median == (62 + 20) * 60  # the verdict came after the form: the latest counts
    assert funnel.histogram(told, FunnelFilter(), "lead")[:4] == [0, 3, 0, 0]


@pytest.mark.parametrize("mode", rules.MODES)
@pytest.mark.parametrize("window", WINDOWS)
def test_the_question_and_the_rules_agree(crowd: LocalWarehouse, mode: rules.Mode, window: int) -> None:
    [whole] = funnel.funnel(crowd, FunnelFilter(mode=mode, window_seconds=window, now=NOW))
    together = funnel.whole(crowd, FunnelFilter(mode=mode, window_seconds=window, now=NOW))
    assert together is not None
    assert together.counts == whole
    ways = by_the_rules(crowd, mode, window)
    assert {**whole.counts, "open": whole.still_open} == counted(ways)
    assert whole.counts["entered"] > 0
    if mode != "any":
        times = {stage: median_of(ways, number) for number, stage in enumerate(STAGES[:5]) if number}
        assert {stage: together.times.ways[stage].median for stage in times} == pytest.approx(times, abs=0.01)


@pytest.mark.parametrize(("zone", "monday"), [("UTC", "2026-03-02"), ("Asia/Vladivostok", "2026-03-09")])
def test_a_week_begins_where_it_is_looked_at(warehouse: LocalWarehouse, zone: str, monday: str) -> None:
    """Sunday at 15:00 UTC is Monday already where the day began at 14:00."""
    touch = TouchRecorded(visitor_id="visitor", landing="/w/pervyy", utm=Utm(source="vk"))
    sunday = dtm.datetime(2026, 3, 8, 15, tzinfo=dtm.UTC)
    warehouse.append([Fact.of(touch, emitter=Emitter.WEB_FORM, occurred_at=sunday)])
    [one] = funnel.funnel(warehouse, FunnelFilter(breakdown="week", zone=zone))
    assert (one.slice, one.counts["touched"]) == (monday, 1)


def test_weeks_stand_in_their_order_however_many_came(warehouse: LocalWarehouse) -> None:
    first, second = (dtm.datetime(2026, 3, day, 12, tzinfo=dtm.UTC) for day in (3, 10))
    for visitor, moment in (("one", first), ("two", second), ("three", second)):
        touch = TouchRecorded(visitor_id=visitor, landing="/w/pervyy", utm=Utm(source="vk"))
        warehouse.append([Fact.of(touch, emitter=Emitter.WEB_FORM, occurred_at=moment)])
    weeks = funnel.funnel(warehouse, FunnelFilter(breakdown="week"))
    assert [(one.slice, one.counts["touched"]) for one in weeks] == [("2026-03-02", 1), ("2026-03-09", 2)]


def test_a_funnel_of_nobody_is_none(told: LocalWarehouse) -> None:
    assert funnel.whole(told, FunnelFilter(source="nowhere")) is None


def test_the_rules_tell_the_modes_and_the_windows_apart(crowd: LocalWarehouse) -> None:
    found = {
        (mode, window): tuple(counted(by_the_rules(crowd, mode, window)).values())
        for mode in rules.MODES
        for window in (0, 1_800, 3_600)
    }
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("mode", rules.MODES)
@pytest.mark.parametrize("window", [0, 1_800])
def test_the_people_behind_a_bar_are_as_many_as_the_bar_says(
    crowd: LocalWarehouse, mode: rules.Mode, window: int
) -> None:
    wanted = FunnelFilter(mode=mode, window_seconds=window, now=NOW)
    [whole] = funnel.funnel(crowd, wanted)
    for before, stage in zip((STAGES[0], *STAGES), STAGES, strict=False):
        page = funnel.people(crowd, wanted, Behind(stage), limit=1_000)
        assert len(page.rows) == page.total == whole.counts[stage]
        if mode != "any":
            lost = funnel.people(crowd, wanted, Behind(stage, is_lost=True))
            assert lost.total == whole.counts[before] - whole.counts[stage]


@pytest.mark.parametrize("breakdown", BREAKDOWNS)
@pytest.mark.parametrize("attribution", ["first", "last", "registered"])
def test_slices_add_up_to_the_whole_and_lead_to_their_people(
    crowd: LocalWarehouse, breakdown: funnel.Breakdown, attribution: str
) -> None:
    plain = FunnelFilter(mode="any", window_seconds=3_600, now=NOW)
    wanted = FunnelFilter(mode="any", window_seconds=3_600, now=NOW, breakdown=breakdown, attribution=attribution)
    [whole] = funnel.funnel(crowd, plain)
    slices = funnel.funnel(crowd, wanted)
    assert {stage: sum(one.counts[stage] for one in slices) for stage in STAGES} == whole.counts
    for one in slices:
        assert funnel.people(crowd, wanted, Behind("entered", slice=one.slice)).total == one.counts["entered"]


def test_values_at_a_step_are_those_of_that_moment(told: LocalWarehouse) -> None:
    again = TouchRecorded(visitor_id="visitor-anna", landing="/w/pervyy", utm=Utm(source="mail", campaign="spring"))
    told.append([Fact.of(again, emitter=Emitter.WEB_FORM, occurred_at=at(-59))])

    def sources(attribution: str) -> dict[str, int]:
        slices = funnel.funnel(told, FunnelFilter(source="yandex", breakdown="source", attribution=attribution))
        return {one.slice: one.counts["touched"] for one in slices}

    assert sources("first") == {"yandex": 2}
    assert sources("last") == {"yandex": 1, "mail": 1}
    assert sources("lead") == {"yandex": 1, "": 1}  # Gleb is no lead
    assert sources("linked") == {"mail": 1, "": 1}


@pytest.mark.parametrize("window", [0, 3_600])
def test_the_histogram_counts_everybody_once_and_its_bars_lead_to_their_people(
    crowd: LocalWarehouse, window: int
) -> None:
    wanted = FunnelFilter(window_seconds=window, now=NOW)
    [whole] = funnel.funnel(crowd, wanted)
    buckets = funnel.histogram(crowd, wanted, "entered")
    assert sum(buckets) == whole.counts["entered"]
    ends = (*map(float, funnel.EDGES[1:]), funnel.FOREVER)
    for begin, end, people in zip(funnel.EDGES, ends, buckets, strict=True):
        assert funnel.people(crowd, wanted, Behind("entered", from_seconds=begin, to_seconds=end)).total == people


@pytest.mark.parametrize(
    ("wanted", "touched", "attended"),
    [
        (FunnelFilter(source="yandex"), 2, 1),
        (FunnelFilter(source="direct"), 1, 0),
        (FunnelFilter(partner_id=PETR), 1, 1),
        (FunnelFilter(webinar_id=WEBINAR), 3, 1),
        (FunnelFilter(since=at(-15)), 2, 0),
        (FunnelFilter(until=at(-15)), 2, 1),
    ],
)
def test_the_funnel_can_be_narrowed(told: LocalWarehouse, wanted: FunnelFilter, touched: int, attended: int) -> None:
    [whole] = funnel.funnel(told, wanted)
    assert (whole.counts["touched"], whole.counts["attended"]) == (touched, attended)


def test_who_stopped_before_a_stage_is_named(told: LocalWarehouse) -> None:
    lost = funnel.people(told, FunnelFilter(), Behind("linked", is_lost=True)).rows
    assert [person.lead_id for person in lost] == [VERA]
    [gleb] = funnel.people(told, FunnelFilter(), Behind("lead", is_lost=True)).rows
    assert (gleb.lead_id, gleb.source) == (None, "yandex")
    with pytest.raises(ValueError, match="no stage"):
        funnel.people(told, FunnelFilter(), Behind("enlightened"))
    with pytest.raises(ValueError, match="neither first nor last"):
        funnel.funnel(told, FunnelFilter(breakdown="source", attribution="middle"))


def test_an_empty_house_has_an_empty_funnel(warehouse: LocalWarehouse) -> None:
    assert funnel.funnel(warehouse, FunnelFilter()) == []
    assert funnel.people(warehouse, FunnelFilter(), Behind("lead")).total == 0
    assert sum(funnel.histogram(warehouse, FunnelFilter(), "lead")) == 0


def publish(warehouse: LocalWarehouse) -> None:
    seq = warehouse.health()["last_seq"]
    for name in KEYS:
        warehouse.publish_table(warehouse.stage_table(name, tables.live(name)), Published(name, seq, "test"))


def test_published_tables_and_later_facts_give_what_the_log_gives(told: LocalWarehouse) -> None:
    for first, last in ((0, 20), (20, 40)):
        publish(told)
        told.append([fact for number in range(first, last) for fact in wanderer(number)[: 3 + number % 5]])
        told.append([fact for number in range(first) for fact in wanderer(number)])
        for mode in rules.MODES:
            for window in (0, 3_600):
                [whole] = funnel.funnel(told, FunnelFilter(mode=mode, window_seconds=window, now=NOW))
                assert {**whole.counts, "open": whole.still_open} == counted(by_the_rules(told, mode, window))
        found = told.sql(f"from ({tables.live('conversions')})").to_pylist()
        expected = Counter((row["conversion"], tuple(json.loads(row["touch_path"]))) for row in found)
        asked = sources.paths(told, funnel.BEGINNING, funnel.END)
        assert {(name, path): n for name, counts in asked.items() for path, n in counts.items()} == expected
        assert len({path for _, path in expected}) > 4
