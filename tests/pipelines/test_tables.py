"""The derived tables over the cohort: numbers one can check by hand; claims that hold, or fail when they should."""

import dataclasses
import datetime as dtm
from typing import Any

import dagster as dg
import polars as pl
import pytest

from domain import events
from domain.attribution import referrer_class
from domain.events import Emitter
from domain.funnel import STAGES
from pipelines.marts import built, examine, publish, reader, refreshed
from pipelines.reaction import Reactor
from pipelines.tables import MARTS
from tests.pipelines.cohort import HOUR, PARTNER, WEBINAR, Cohort, lead_id
from tests.pipelines.test_reaction import live, settle
from warehouse import tables
from warehouse.local import LocalWarehouse


def refresh(warehouse: LocalWarehouse) -> list[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    return list(refreshed(MARTS, warehouse, {}))


def rows(warehouse: LocalWarehouse, table: str) -> list[dict[str, Any]]:
    return reader(warehouse)(table).to_dicts()


@pytest.fixture
def lived(cohort: Cohort, door: LocalWarehouse, now: dtm.datetime) -> Cohort:
    """Vera attended and answered, Pavel missed it, and a stranger only looked."""
    live(cohort, Reactor(door), now)
    cohort.visit("stranger", now + 4 * HOUR)
    refresh(door)
    return cohort


@pytest.mark.usefixtures("lived")
def test_every_claim_holds_for_a_cohort_that_lived(door: LocalWarehouse) -> None:
    broken = [e.check_name for e in refresh(door) if isinstance(e, dg.AssetCheckEvaluation) and not e.passed]

    assert broken == []


def test_every_claim_holds_for_an_empty_log(warehouse: LocalWarehouse) -> None:
    told = refresh(warehouse)

    assert all(event.passed for event in told if isinstance(event, dg.AssetCheckEvaluation))
    assert sum(isinstance(event, dg.AssetMaterialization) for event in told) == len(MARTS)


@pytest.mark.usefixtures("lived")
def test_columns_are_the_declared_ones(door: LocalWarehouse) -> None:
    for mart in MARTS:
        assert reader(door)(mart.name).columns == [column.name for column in mart.columns]


@pytest.mark.usefixtures("lived")
def test_leads_stand_with_their_source_and_partner(door: LocalWarehouse) -> None:
    found = {row["lead_id"]: row for row in rows(door, "leads")}

    vera, pavel = found[lead_id("vera")], found[lead_id("pavel")]
    assert (vera["lead_source"], vera["partner_id"], vera["lead_created_via"]) == ("vk", PARTNER, "core_ingest")
    assert (pavel["lead_source"], pavel["partner_id"]) == ("direct", None)
    assert vera["is_telegram_linked"]


@pytest.mark.usefixtures("lived")
def test_attendance_holds_the_current_verdict(door: LocalWarehouse) -> None:
    found = {row["lead_id"]: row for row in rows(door, "attendance")}

    vera, pavel = found[lead_id("vera")], found[lead_id("pavel")]
    assert (vera["status"], vera["outcome"], vera["watched_seconds"]) == ("attended", "form_submitted", 3600)
    assert vera["verdicts"] > 1
    assert (pavel["status"], pavel["outcome"], pavel["entered_at"]) == ("not_attended", "missed", None)
    assert pavel["reasons"]


@pytest.mark.usefixtures("lived")
def test_metrics_of_a_lead_can_be_checked_by_hand(door: LocalWarehouse) -> None:
    vera = next(row for row in rows(door, "lead_metrics") if row["lead_id"] == lead_id("vera"))

    assert (vera["touches"], vera["registered"], vera["attended"], vera["completed"]) == (1, 1, 1, 1)
    assert (vera["watched_minutes"], vera["attendance_rate"]) == (60, 1)
    assert (vera["seconds_to_lead"], vera["seconds_to_register"]) == (60, 60)
    assert vera["has_submitted_form"]
    # welcome, registered, welcome_follow_up, reminder_1h, reminder_10m; the partner's are not the candidate's
    assert (vera["messages_planned"], vera["messages_sent"]) == (5, 0)


@pytest.mark.usefixtures("lived")
def test_the_funnel_counts_people_and_never_widens(door: LocalWarehouse) -> None:
    funnel = pl.DataFrame(rows(door, "funnel"))
    stages = funnel.group_by("stage_number", "stage").agg(pl.col("people").sum()).sort("stage_number")

    assert stages["stage"].to_list() == [stage.slug for stage in STAGES]
    assert stages["people"].to_list() == [3, 2, 2, 2, 1, 1, 1, 1, 1]


def test_a_stage_counts_only_with_every_stage_before_it(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    cohort.submit("olga", now)  # never links Telegram, and comes all the same
    cohort.enter("olga", cohort.starts_at)
    settle(Reactor(door), now)

    (olga,) = door.sql(tables.load("funnel_stages")).to_pylist()

    assert olga["lead_at"] == now
    assert (olga["linked_at"], olga["registered_at"], olga["entered_at"]) == (None, None, None)


@pytest.mark.usefixtures("lived")
def test_times_of_stages_never_run_backwards(door: LocalWarehouse) -> None:
    stages = ("touched", "lead", "linked", "registered", "entered", "attended", "completed", "clicked", "submitted")
    for row in door.sql(tables.load("funnel_stages")).to_pylist():
        reached = [row[f"{stage}_at"] for stage in stages if row[f"{stage}_at"]]
        assert reached == sorted(reached)


def test_merged_leads_count_once_under_the_one_that_goes_on(
    lived: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    merged = events.LeadMerged(action_id="merge", into_lead_id=lead_id("vera"))
    lived.state(merged, Emitter.CRM, now + 5 * HOUR, "pavel")
    told = refresh(door)

    assert all(event.passed for event in told if isinstance(event, dg.AssetCheckEvaluation))
    (vera,) = rows(door, "lead_metrics")
    assert (vera["lead_id"], vera["touches"]) == (lead_id("vera"), 2)
    funnel = pl.DataFrame(rows(door, "funnel"))
    assert funnel.filter(stage="lead")["people"].sum() == 1


def test_an_erased_lead_stays_as_an_anonymous_row(lived: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    lived.state(events.LeadErased(action_id="erase", by="staff"), Emitter.CRM, now + 5 * HOUR, "pavel")
    refresh(door)

    erased = {row["lead_id"]: row["is_erased"] for row in rows(door, "leads")}
    assert erased == {lead_id("vera"): False, lead_id("pavel"): True}


@pytest.mark.usefixtures("lived")
def test_a_broken_claim_is_told_with_examples(warehouse: LocalWarehouse) -> None:
    orphan = reader(warehouse)("attendance").with_columns(lead_id=pl.lit("nobody")).head(1)
    attendance = next(mart for mart in MARTS if mart.name == "attendance")
    warehouse.replace_table("attendance", orphan.to_arrow(compat_level=pl.CompatLevel.oldest()))
    claim = next(claim for claim in attendance.claims if claim.name == "no_orphan_leads")

    holds, metadata = examine(claim, warehouse)

    assert not holds
    assert metadata["violations"] == 1
    assert metadata["examples"].data[0]["lead_id"] == "nobody"


@pytest.mark.usefixtures("lived")
def test_a_table_is_not_refreshed_from_a_broken_one(warehouse: LocalWarehouse) -> None:
    def twice(_: object) -> pl.DataFrame:
        frame = reader(warehouse)("leads")
        return pl.concat([frame, frame])

    broken = [dataclasses.replace(mart, build=twice) if mart.name == "leads" else mart for mart in MARTS]
    published = [
        e.asset_key.to_user_string() for e in refreshed(broken, warehouse, {}) if isinstance(e, dg.AssetMaterialization)
    ]

    assert published == ["touches", "leads", "funnel"]  # nothing that needs `leads`


HOSTS = (
    None, "", "vk.com", "m.vk.com", "www.google.co.uk", "ya.ru", "go.mail.ru", "mail.ru", "t.me", "web.telegram.org",
    "x.com", "example.com", "Yandex.RU.", "mail.google.com", "vkontakte.example", "outlook.live.com", "notgoogle.com",
)  # fmt: skip


def test_strangers_have_the_sources_the_domain_would_give(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    for number, host in enumerate(HOSTS):
        touch = events.TouchRecorded(visitor_id=f"stranger {number}", landing=f"/w/{WEBINAR}", referrer_host=host)
        cohort.state(touch, Emitter.WEB_FORM, now)

    strangers = door.sql(tables.load("funnel_stages")).to_pylist()

    assert {row["lead_id"] for row in strangers} == {None}
    assert sorted(row["lead_source"] for row in strangers) == sorted(referrer_class(host) for host in HOSTS)


@pytest.mark.usefixtures("lived")
def test_publishing_reports_rows_and_a_picture(door: LocalWarehouse) -> None:
    for mart in MARTS:
        metadata = publish(mart, built(mart, door), door)
        assert metadata["dagster/row_count"] > 0
        assert metadata["plot"].value.startswith("![")


def test_an_unchanged_table_is_left_alone(cohort: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    digests: dict[str, int] = {}
    first = list(refreshed(MARTS, door, digests))
    cohort.visit("stranger", now)
    second = list(refreshed(MARTS, door, digests))
    third = list(refreshed(MARTS, door, digests))

    assert len([event for event in first if isinstance(event, dg.AssetMaterialization)]) == len(MARTS)
    changed = [e.asset_key.to_user_string() for e in second if isinstance(e, dg.AssetMaterialization)]
    assert changed == ["touches", "funnel", "partner_results"]
    assert third == []
