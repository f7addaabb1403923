import datetime as dtm
import math
import threading
import uuid
from pathlib import Path

import pytest

from domain.events import Emitter, Fact, WebinarStarted
from tests.warehouse.stating import NOW, registered, touch
from warehouse.credentials import Credential
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.local import LocalWarehouse


def count(warehouse: LocalWarehouse) -> int:
    return int(warehouse.sql("select count(*) as n from events")["n"][0].as_py())


def test_an_appended_fact_comes_back_as_it_was_stated(warehouse: LocalWarehouse) -> None:
    stated = touch(landing="/w/осень?utm_source=«дзен»")
    receipt = warehouse.append([stated])[0]
    [stored] = warehouse.facts_after(0).facts
    assert receipt.status == "accepted"
    assert stored.seq == receipt.seq
    assert stored.recorded_at is not None
    assert stored.model_copy(update={"seq": None, "recorded_at": None}) == stated


def test_a_fact_appended_twice_is_stored_once_and_answers_with_the_first_seq(warehouse: LocalWarehouse) -> None:
    first = warehouse.append([touch()])[0]
    again = warehouse.append([touch()])[0]
    assert (again.status, again.seq) == ("duplicate", first.seq)
    assert count(warehouse) == 1


def test_a_repeat_inside_one_batch_is_a_duplicate_too(warehouse: LocalWarehouse) -> None:
    receipts = warehouse.append([touch(), touch("visitor-boris"), touch()])
    assert [receipt.status for receipt in receipts] == ["accepted", "accepted", "duplicate"]
    assert receipts[2].seq == receipts[0].seq


def test_uniqueness_outlives_a_restart(tmp_path: Path) -> None:
    for expected in ("accepted", "duplicate"):
        with LocalWarehouse(tmp_path / "w.duckdb", credential=Credential.of("admin")) as warehouse:
            assert warehouse.append([touch()])[0].status == expected


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stays(warehouse: LocalWarehouse) -> None:
    first = touch()
    other = touch(landing="/w/second").model_copy(update={"event_id": first.event_id})
    warehouse.append([first])
    receipt = warehouse.append([other])[0]
    assert (receipt.status, receipt.code, receipt.seq) == ("conflict", "conflict", 1)
    assert warehouse.facts_after(0).facts[0].properties["landing"] == "/w/first"
    [kept] = warehouse.rejected(state="open")
    assert kept.code == "conflict"
    assert '"landing":"/w/second"' in kept.payload


def test_everything_stated_counts_also_what_is_not_in_the_properties(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    assert warehouse.append([touch(correlation_id="other")])[0].status == "conflict"


def test_the_order_of_properties_does_not_make_another_fact(warehouse: LocalWarehouse) -> None:
    first = touch()
    turned = first.model_copy(update={"properties": dict(reversed(first.properties.items()))})
    assert list(turned.properties) != list(first.properties)
    assert [receipt.status for receipt in warehouse.append([first, turned])] == ["accepted", "duplicate"]


def test_what_the_log_added_does_not_make_another_fact(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    [stored] = warehouse.facts_after(0).facts
    assert stored.seq
    assert warehouse.append([stored])[0].status == "duplicate"
    moved = stored.model_copy(update={"occurred_at": stored.occurred_at + dtm.timedelta(microseconds=1)})
    assert warehouse.append([moved])[0].status == "conflict"


def test_a_conflict_of_a_re_evaluated_rule_is_told_but_not_kept(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    receipt = warehouse.append([touch(correlation_id="later")], quarantine=False)[0]
    assert receipt.status == "conflict"
    assert warehouse.rejected() == []


def test_a_bad_fact_is_kept_with_its_reason_and_harms_no_neighbour(warehouse: LocalWarehouse) -> None:
    bad = touch("visitor-boris").model_copy(update={"properties": {"visitor_id": 7}})
    receipts = warehouse.append([touch(), bad, touch("visitor-vera")])
    assert [receipt.status for receipt in receipts] == ["accepted", "rejected", "accepted"]
    [kept] = warehouse.rejected()
    assert (kept.code, kept.stage, kept.count) == ("invalid_properties", "append", 1)
    assert "visitor_id" in kept.message


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"event_id": "not-a-uuid"}, "invalid_event_id"),
        ({"name": "no_such_event"}, "unknown_event"),
        ({"emitter": Emitter.NOTIFIER}, "emitter_not_allowed"),
        ({"version": 2**40}, "invalid_version"),
        ({"correlation_id": "\ud800"}, "invalid_properties"),
    ],
)
def test_what_breaks_the_contract_is_refused_with_a_code(
    warehouse: LocalWarehouse, changes: dict[str, object], code: str
) -> None:
    receipt = warehouse.append([touch().model_copy(update=changes)])[0]
    assert (receipt.status, receipt.code) == ("rejected", code)
    assert [kept.code for kept in warehouse.rejected()] == [code]


def test_a_number_that_json_cannot_hold_is_refused(warehouse: LocalWarehouse) -> None:
    endless = registered().model_copy(update={"properties": {"visit": math.nan}})
    assert warehouse.append([endless])[0].status == "rejected"


def test_a_fact_without_what_its_event_requires_is_refused(warehouse: LocalWarehouse) -> None:
    receipt = warehouse.append([registered().model_copy(update={"lead_id": None})])[0]
    assert (receipt.status, receipt.code) == ("rejected", "missing_field")


def test_the_credential_decides_who_may_state_what(warehouse: LocalWarehouse) -> None:
    started = Fact.of(
        WebinarStarted(), emitter=Emitter.SCHEDULER, occurred_at=NOW, webinar_id="first", session_id="session-1"
    )
    app = warehouse.with_credential(Credential.of("app"))
    receipts = app.append([touch(), started])
    assert [(receipt.status, receipt.code) for receipt in receipts] == [
        ("accepted", ""),
        ("rejected", "emitter_not_allowed"),
    ]
    assert [kept.emitter for kept in warehouse.rejected()] == ["scheduler"]
    pipelines = warehouse.with_credential(Credential.of("pipelines"))
    assert pipelines.append([started])[0].status == "accepted"


def test_the_same_refusal_again_only_counts_up(warehouse: LocalWarehouse) -> None:
    bad = touch().model_copy(update={"name": "no_such_event"})
    for _ in range(3):
        warehouse.append([bad])
    [kept] = warehouse.rejected()
    assert kept.count == 3
    assert kept.last_seen_at >= kept.first_seen_at


def test_a_replayed_refusal_opens_again_and_a_discarded_one_stays_shut(warehouse: LocalWarehouse) -> None:
    refused = {"stage": "collect", "code": "invalid_json", "message": "…", "payload": "{", "emitter": "collect_api"}
    rejected_id = warehouse.reject(**refused)
    warehouse.mark_rejected(rejected_id, "replayed")
    assert warehouse.reject(**refused) == rejected_id
    assert warehouse.rejected(state="open")[0].count == 2
    warehouse.mark_rejected(rejected_id, "discarded")
    warehouse.reject(**refused)
    assert warehouse.rejected(state="open") == []
    with pytest.raises(WarehouseError, match="no refused fact"):
        warehouse.mark_rejected("unknown", "discarded")


def test_seqs_rise_in_commit_order_under_many_writers(warehouse: LocalWarehouse) -> None:
    def state(writer: int) -> None:
        for number in range(20):
            warehouse.append([touch(f"visitor-{writer}-{number}")])

    threads = [threading.Thread(target=state, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while len(seen) < 160:
        page = warehouse.facts_after(seen[-1] if seen else 0, limit=7, wait_seconds=5)
        seen += [fact.seq for fact in page.facts if fact.seq]
    for thread in threads:
        thread.join()
    assert seen == sorted(set(seen))
    moments = warehouse.sql("select recorded_at from events order by seq")["recorded_at"].to_pylist()
    assert moments == sorted(moments)


def test_receipts_are_in_the_order_of_the_facts(warehouse: LocalWarehouse) -> None:
    facts = [touch(f"visitor-{number}") for number in range(50)]
    facts[10] = facts[10].model_copy(update={"event_id": "bad"})
    facts[20] = facts[5]
    receipts = warehouse.append(facts)
    assert [receipt.event_id for receipt in receipts] == [fact.event_id for fact in facts]
    assert (receipts[10].status, receipts[20].status) == ("rejected", "duplicate")
    by_id = {fact.event_id: fact.seq for fact in warehouse.facts_after(0).facts}
    assert all(by_id[receipt.event_id] == receipt.seq for receipt in receipts if receipt.seq)


def test_nothing_to_append_is_fine(warehouse: LocalWarehouse) -> None:
    assert warehouse.append([]) == []


def test_personal_data_of_an_append_is_stored_with_it_and_a_retry_adds_nothing(warehouse: LocalWarehouse) -> None:
    name = PersonalRow("lead-anna", Personal.NAME, "Анна Примерова")
    for _ in range(2):
        warehouse.append([registered()], personal=[name])
    assert warehouse.sql("select value from people").to_pylist() == [{"value": "Анна Примерова"}]


def test_personal_data_of_a_wholly_refused_append_is_not_taken(warehouse: LocalWarehouse) -> None:
    row = PersonalRow("lead-anna", Personal.NAME, "Кто-то другой")
    warehouse.append([registered().model_copy(update={"event_id": str(uuid.uuid4()), "lead_id": None})], personal=[row])
    assert warehouse.people(["lead-anna"]) == []


def test_personal_data_alone_may_be_given(warehouse: LocalWarehouse) -> None:
    warehouse.append([], personal=[PersonalRow("partner-1", Personal.NAME, "Партнёр Примеров")])
    assert [row.value for row in warehouse.people(["partner-1"])] == ["Партнёр Примеров"]
