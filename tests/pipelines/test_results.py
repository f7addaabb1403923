"""The tables of results over the cohort: curve, outcomes, offers, attribution, partners, messages; checked by hand."""

import datetime as dtm
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import events
from domain.attribution import CREDIT, MODELS, credits_of, shared
from domain.events import Emitter
from pipelines.assets.attribution import credited
from pipelines.making import examine
from pipelines.marts import read
from pipelines.reaction import Reactor
from pipelines.tables import MARTS
from tests.pipelines.cohort import HOUR, MINUTE, PARTNER, SESSION, Cohort, lead_id
from tests.pipelines.test_reaction import settle
from tests.pipelines.test_tables import refresh, replace, rows
from warehouse.local import LocalWarehouse


def curve(door: LocalWarehouse) -> dict[int, dict[str, Any]]:
    return {row["minute_no"]: row for row in rows(door, "audience_curve")}


@pytest.mark.usefixtures("lived")
def test_every_minute_of_the_session_has_a_row(door: LocalWarehouse) -> None:
    found = curve(door)

    assert sorted(found) == list(range(60))
    assert {row["present"] for row in found.values()} == {1}
    assert sum(row["entered"] for row in found.values()) == 1
    assert {minute for minute, row in found.items() if row["dropped"]} == {59}


def test_two_devices_count_once_and_merged_leads_are_one(
    lived: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    lived.watch("pavel", 10, 12)
    lived.state(
        events.LeadMerged(action_id="merge", into_lead_id=lead_id("vera")), Emitter.CRM, now + 5 * HOUR, "pavel"
    )
    refresh(door)

    assert {row["present"] for row in curve(door).values()} == {1}


def test_presence_outside_the_session_is_clipped(lived: Cohort, door: LocalWarehouse) -> None:
    lived.watch("pavel", -5, 0.5)
    lived.watch("pavel", 59.5, 70)
    refresh(door)

    found = curve(door)
    assert sorted(found) == list(range(60))
    assert [minute for minute, row in found.items() if row["present"] == 2] == [0, 59]


def test_a_session_that_moved_has_the_clock_of_its_new_start(cohort: Cohort, door: LocalWarehouse) -> None:
    cohort.move(cohort.starts_at + HOUR, cohort.starts_at - HOUR)
    cohort.submit("olga", cohort.starts_at - 2 * HOUR)
    cohort.enter("olga", cohort.starts_at + 2 * MINUTE)
    settle(Reactor(door), cohort.starts_at + 3 * MINUTE)
    refresh(door)

    assert [minute for minute, row in curve(door).items() if row["entered"]] == [2]


@pytest.mark.usefixtures("lived")
def test_outcomes_and_offers_are_counted_by_lead(door: LocalWarehouse) -> None:
    found = {row["outcome"]: row for row in rows(door, "outcomes")}
    assert {outcome: row["leads"] for outcome, row in found.items()} == {"form_submitted": 1, "missed": 1}
    assert found["form_submitted"]["watched_seconds"] == 3600

    (offer,) = rows(door, "offer_results")
    assert (offer["session_id"], offer["offer_id"], offer["clicked"], offer["submitted"]) == (SESSION, "course", 1, 1)


@pytest.mark.usefixtures("lived")
def test_conversions_carry_the_path_that_led_to_them(door: LocalWarehouse) -> None:
    found = {(row["lead_id"], row["conversion"]): row for row in rows(door, "conversions")}

    assert sorted(conversion for lead, conversion in found if lead == lead_id("vera")) == [
        "attended", "lead", "registered", "submitted",
    ]  # fmt: skip
    assert found[lead_id("vera"), "submitted"]["touch_path"] == '["vk"]'
    assert found[lead_id("pavel"), "lead"]["touch_path"] == '["direct"]'


def imported(cohort: Cohort, name: str, at: dtm.datetime) -> None:
    """A lead nobody saw coming."""
    created = events.CoreLeadCreated(
        lead_source="direct", first_touch_at=at, lead_created_at=at, entry=Emitter.IMPORT, ingest_event_id=name
    )
    cohort.state(created, Emitter.CORE, at, name)


def test_what_nobody_can_be_credited_for_stands_in_a_row_of_its_own(
    lived: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    imported(lived, "nobody", now)
    refresh(door)
    found = pl.DataFrame(rows(door, "attribution")).filter(conversion="lead")

    for model in MODELS:
        given_to = {row["source"]: row["credits"] for row in found.filter(model=model).to_dicts()}
        assert given_to == {"vk": CREDIT, "direct": CREDIT, "unattributed": CREDIT}


def test_a_marked_form_is_a_touch_only_when_no_visit_says_the_same(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    cohort.visit("olga", now, "vk", partner=False)
    for number, source in enumerate(("vk", "mail")):
        form = events.CoreIngestEvent(
            submission_id=f"form {number}", visitor_id="visitor-olga", utm=events.Utm(source=source)
        )
        cohort.state(form, Emitter.WEB_FORM, now + (number + 1) * MINUTE, "olga")
    created = events.CoreLeadCreated(
        lead_source="vk", first_touch_at=now, lead_created_at=now + 3 * MINUTE, entry=Emitter.WEB_FORM,
        ingest_event_id="form",
    )  # fmt: skip
    cohort.state(created, Emitter.CORE, now + 3 * MINUTE, "olga")
    refresh(door)

    (lead,) = (row for row in rows(door, "conversions") if row["conversion"] == "lead")
    assert lead["touch_path"] == '["vk","mail"]'


@pytest.mark.usefixtures("lived")
def test_partners_stand_with_what_they_brought(door: LocalWarehouse) -> None:
    (partner,) = rows(door, "partner_results")

    assert partner["partner_id"] == PARTNER
    assert [partner[name] for name in ("touches", "leads", "registered", "attended", "submitted", "contested")] == [
        1, 1, 1, 1, 1, 0,
    ]  # fmt: skip


@pytest.mark.usefixtures("lived")
def test_every_message_is_in_one_state(door: LocalWarehouse) -> None:
    results = pl.DataFrame(rows(door, "message_results"))

    assert results.filter(recipient="candidate")["waiting"].sum() > 0
    assert results["messages"].sum() == results.select("waiting", "skipped").sum().sum_horizontal().item()


@pytest.mark.parametrize(
    ("table", "column", "claim"),
    [
        ("attribution", "credits", "credits_sum_exactly"),
        ("outcomes", "leads", "counts_are_the_people_behind_them"),
        ("audience_curve", "entered", "entries_are_those_of_attendance"),
        ("partner_results", "leads", "counts_are_the_people_behind_them"),
        ("message_results", "messages", "states_add_up"),
        ("message_results", "messages", "counts_are_the_messages_behind_them"),
        ("funnel", "people", "counts_are_the_people_behind_them"),
        ("lead_metrics", "attended", "counts_are_the_sessions_behind_them"),
        ("conversions", "touches", "paths_hold_every_touch"),
    ],
)
@pytest.mark.usefixtures("lived")
def test_one_too_many_breaks_the_claim(warehouse: LocalWarehouse, table: str, column: str, claim: str) -> None:
    wrong = read(warehouse, table).with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.col(column) + 1).otherwise(pl.col(column)).alias(column)
    )
    replace(warehouse, table, wrong)
    mart = next(mart for mart in MARTS if mart.name == table)

    found = examine(next(one for one in mart.claims if one.name == claim), warehouse, {})

    assert not found.holds
    assert found.examples


PATHS = st.dictionaries(
    st.lists(st.sampled_from(["vk", "direct", "search", "mail"]), max_size=9).map(tuple), st.integers(1, 50), min_size=1
)


@given(PATHS)
def test_credits_always_sum_exactly_and_are_those_of_each_lead(paths: dict[tuple[str, ...], int]) -> None:
    for model in MODELS:
        together = shared(paths, model)
        assert sum(together.values()) == CREDIT * sum(paths.values())
        one_by_one: dict[str, int] = {}
        for path, leads in paths.items():
            for source, credit in credits_of(path, CREDIT, model).items():
                one_by_one[source] = one_by_one.get(source, 0) + leads * credit
        assert together == one_by_one


def test_no_conversions_make_no_credits() -> None:
    nothing = pl.DataFrame(schema={"conversion": pl.String, "touch_path": pl.String, "leads": pl.Int64})
    assert credited(nothing).is_empty()
