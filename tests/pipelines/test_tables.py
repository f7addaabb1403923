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
from pipelines.making import examine, published, told
from pipelines.marts import read
from pipelines.reaction import Reactor
from pipelines.refreshing import Event, refreshed
from pipelines.tables import MARTS
from tests.moulds import Story, nothing
from tests.pipelines.cohort import HOUR, PARTNER, WEBINAR, Cohort, lead_id
from tests.pipelines.test_reaction import live, settle
from tests.warehouse.stating import NOW
from warehouse import tables
from warehouse.local import LocalWarehouse


def refresh(warehouse: LocalWarehouse) -> list[Event]:
    return refreshed(MARTS, warehouse)


def materialized(told_of: list[Event]) -> list[str]:
    return [event.asset_key.to_user_string() for event in told_of if isinstance(event, dg.AssetMaterialization)]


def rows(warehouse: LocalWarehouse, table: str) -> list[dict[str, Any]]:
    return read(warehouse, table).to_dicts()


def lived_through(warehouse: LocalWarehouse) -> None:
    """Vera attended and answered, Pavel missed it, and a stranger only looked."""
    cohort = Cohort(warehouse, NOW + 2 * HOUR)
    cohort.programme(NOW)
    live(cohort, Reactor(warehouse), NOW)
    cohort.visit("stranger", NOW + 4 * HOUR)
    refresh(warehouse)


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Story:
    return lived_through if "lived" in request.fixturenames else nothing


@pytest.mark.usefixtures("lived")
def test_every_claim_holds_for_a_cohort_that_lived(door: LocalWarehouse) -> None:
    checks = [e for e in refreshed(MARTS, door, is_whole=True) if isinstance(e, dg.AssetCheckEvaluation)]

    assert len(checks) == sum(len(mart.claims) for mart in MARTS)
    assert [check.check_name for check in checks if not check.passed] == []


def test_every_claim_holds_for_an_empty_log(warehouse: LocalWarehouse) -> None:
    events_told = refresh(warehouse)

    assert all(event.passed for event in events_told if isinstance(event, dg.AssetCheckEvaluation))
    assert materialized(events_told) == [mart.name for mart in MARTS]


@pytest.mark.usefixtures("lived")
def test_columns_are_the_declared_ones(door: LocalWarehouse) -> None:
    for mart in MARTS:
        assert read(door, mart.name).columns == [column.name for column in mart.columns]


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
    assert (vera["entered"], vera["engagement"], vera["stage"]) == (1, 80, "new")
    assert (vera["last_source"], vera["first_medium"], vera["entry"]) == ("vk", None, "web_form")
    assert vera["stage_since"] == vera["lead_created_at"]
    assert vera["seconds_to_attend"] > vera["seconds_to_register"]
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

    (olga,) = door.sql(tables.live("funnel_stages")).to_pylist()

    assert olga["lead_at"] == now
    assert (olga["linked_at"], olga["registered_at"], olga["entered_at"]) == (None, None, None)


@pytest.mark.usefixtures("lived")
def test_times_of_stages_never_run_backwards(door: LocalWarehouse) -> None:
    stages = ("touched", "lead", "linked", "registered", "entered", "attended", "completed", "clicked", "submitted")
    for row in door.sql(tables.live("funnel_stages")).to_pylist():
        reached = [row[f"{stage}_at"] for stage in stages if row[f"{stage}_at"]]
        assert reached == sorted(reached)


def test_merged_leads_count_once_under_the_one_that_goes_on(
    lived: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    merged = events.LeadMerged(action_id="merge", into_lead_id=lead_id("vera"))
    lived.state(merged, Emitter.CRM, now + 5 * HOUR, "pavel")
    merged_told = refresh(door)

    assert all(event.passed for event in merged_told if isinstance(event, dg.AssetCheckEvaluation))
    (vera,) = rows(door, "lead_metrics")
    assert (vera["lead_id"], vera["touches"]) == (lead_id("vera"), 2)
    funnel = pl.DataFrame(rows(door, "funnel"))
    assert funnel.filter(stage="lead")["people"].sum() == 1


def test_an_erased_lead_stays_as_an_anonymous_row(lived: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    lived.state(events.LeadErased(action_id="erase", by="staff"), Emitter.CRM, now + 5 * HOUR, "pavel")
    refresh(door)

    erased = {row["lead_id"]: row["is_erased"] for row in rows(door, "leads")}
    assert erased == {lead_id("vera"): False, lead_id("pavel"): True}


def replace(warehouse: LocalWarehouse, table: str, frame: pl.DataFrame) -> None:
    warehouse.replace_table(table, frame.to_arrow(compat_level=pl.CompatLevel.oldest()))


@pytest.mark.usefixtures("lived")
def test_a_broken_claim_is_told_with_examples(warehouse: LocalWarehouse) -> None:
    replace(warehouse, "attendance", read(warehouse, "attendance").with_columns(lead_id=pl.lit("nobody")).head(1))
    attendance = next(mart for mart in MARTS if mart.name == "attendance")
    claim = next(claim for claim in attendance.claims if claim.name == "no_orphan_leads")

    found = examine(claim, warehouse, {})

    assert not found.holds
    assert found.violations == 1
    assert found.examples[0]["lead_id"] == "nobody"


def twice(warehouse: Any, _part: Any) -> pl.DataFrame:
    frame = read(warehouse, "leads")
    return pl.concat([frame, frame])


def test_a_broken_table_stays_as_it_was_and_so_do_those_that_need_it_at_every_later_pass(
    lived: Cohort, warehouse: LocalWarehouse, now: dtm.datetime
) -> None:
    broken = [dataclasses.replace(mart, build=twice) if mart.name == "leads" else mart for mart in MARTS]
    whole = [mart if mart.name != "leads" else dataclasses.replace(mart, build=None) for mart in MARTS]
    lived.submit("olga", now + 5 * HOUR)
    settle(Reactor(warehouse), now + 5 * HOUR)
    before = {mart.name: rows(warehouse, mart.name) for mart in MARTS}
    for made in (["messages", "message_results"], []):
        told_of = refreshed(broken, warehouse)
        assert materialized(told_of) == made  # nothing that needs `leads`, neither now nor at the next pass
        failed = [e.check_name for e in told_of if isinstance(e, dg.AssetCheckEvaluation) and not e.passed]
        assert failed == ["lead_ids_are_unique"]
        for name in ("leads", "lead_metrics", "funnel", "partner_results"):
            assert rows(warehouse, name) == before[name]
    refreshed(whole, warehouse)
    assert lead_id("olga") in {row["lead_id"] for row in rows(warehouse, "leads")}
    assert lead_id("olga") in {row["lead_id"] for row in rows(warehouse, "lead_metrics")}


def test_a_broken_part_is_not_published_either(lived: Cohort, warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    before, kept = published(warehouse), rows(warehouse, "messages")
    lived.submit("olga", now + 5 * HOUR)
    settle(Reactor(warehouse), now + 5 * HOUR)
    impossible = dataclasses.replace(
        next(mart.claims[0] for mart in MARTS if mart.name == "messages"), question="select * from messages"
    )
    broken = [dataclasses.replace(mart, claims=(impossible,)) if mart.name == "messages" else mart for mart in MARTS]

    told_of = refreshed(broken, warehouse)

    assert "messages" not in materialized(told_of)
    assert "attendance" in materialized(told_of)
    assert rows(warehouse, "messages") == kept
    assert published(warehouse)["messages"] == before["messages"]


def test_a_claim_of_a_part_looks_at_the_part_and_no_further(
    lived: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    metrics = next(mart for mart in MARTS if mart.name == "lead_metrics")
    claim = next(claim for claim in metrics.claims if claim.name == "engagement_is_a_score_of_attendees")
    harmed = pl.when(pl.col("lead_id") == lead_id("pavel")).then(101).otherwise("engagement")
    replace(door, "lead_metrics", read(door, "lead_metrics").with_columns(engagement=harmed.cast(pl.Int32)))

    def passed(marts: Any, hours: int) -> bool:
        lived.visit("vera", now + hours * HOUR, source="mail")
        checks = [one for one in refreshed(marts, door) if isinstance(one, dg.AssetCheckEvaluation)]
        return all(one.passed for one in checks if one.check_name == claim.name)

    assert passed(MARTS, 5)  # only Vera's rows were made
    assert examine(claim, door, {}).violations == 1  # a look at all of them finds Pavel's
    wrong = dataclasses.replace(metrics, build=lambda *seen: metrics.build(*seen).with_columns(engagement=-1))  # type: ignore[misc]
    assert not passed([wrong if mart is metrics else mart for mart in MARTS], 6)
    assert {row["lead_id"]: row["engagement"] for row in rows(door, "lead_metrics")}[lead_id("vera")] == 80


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

    strangers = door.sql(tables.live("funnel_stages")).to_pylist()

    assert {row["lead_id"] for row in strangers} == {None}
    assert sorted(row["lead_source"] for row in strangers) == sorted(referrer_class(host) for host in HOSTS)


@pytest.mark.usefixtures("lived")
def test_publishing_reports_rows_and_a_picture(door: LocalWarehouse) -> None:
    for mart in MARTS:
        metadata = told(mart, door)
        assert metadata["dagster/row_count"] > 0
        assert metadata["plot"].value.startswith("![")


def test_only_what_facts_concern_is_made_anew(lived: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    lived.visit("stranger", now + 5 * HOUR, source="mail")
    second, third = refresh(door), refresh(door)

    changed = {e.asset_key.to_user_string(): e.metadata for e in second if isinstance(e, dg.AssetMaterialization)}
    assert changed["touches"]["keys_made_anew"].value == 1
    assert {"leads", "lead_metrics", "attendance", "messages", "audience_curve"} & changed.keys() == set()
    assert third == []


def test_a_table_of_another_definition_is_made_anew_as_a_whole(lived: Cohort, door: LocalWarehouse) -> None:
    changed = [
        dataclasses.replace(mart, columns=mart.columns[:-1]) if mart.name == "outcomes" else mart for mart in MARTS
    ]

    assert materialized(refreshed(changed, door)) == ["outcomes"]
    assert read(door, "outcomes").columns == changed[[m.name for m in MARTS].index("outcomes")].column_names
