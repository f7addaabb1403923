import threading
import time
from pathlib import Path

import pytest

from tests.warehouse.stating import registered, touch
from warehouse import tail
from warehouse.credentials import Credential
from warehouse.interface import FactPage, WarehouseError
from warehouse.local import LocalWarehouse


def visitors(page: FactPage) -> list[str]:
    return [fact.properties["visitor_id"] for fact in page.facts]


def test_pages_follow_one_another_without_gaps(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch(f"v{number}") for number in range(10)])
    first = warehouse.facts_after(0, limit=6)
    second = warehouse.facts_after(first.next_seq, limit=6)
    assert visitors(first) + visitors(second) == [f"v{number}" for number in range(10)]
    assert warehouse.facts_after(second.next_seq) == FactPage((), second.next_seq)


def test_the_log_reads_the_same_from_memory_and_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        warehouse.append([touch("v1"), registered(), touch("v2")])
        fresh = warehouse.facts_after(1)
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        assert warehouse.facts_after(1) == fresh


def test_a_follower_far_behind_is_served_from_disk(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "KEPT_ROWS", 3)
    for number in range(8):
        warehouse.append([touch(f"v{number}")])
    assert visitors(warehouse.facts_after(0)) == [f"v{number}" for number in range(8)]
    assert visitors(warehouse.facts_after(6)) == ["v6", "v7"]


def test_only_the_names_asked_for_come_and_the_cursor_passes_the_others(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch("v1"), registered(), touch("v2")])
    page = warehouse.facts_after(0, names=["client_webinar_registered"])
    assert [fact.name for fact in page.facts] == ["client_webinar_registered"]
    assert page.next_seq == 3
    assert warehouse.facts_after(0, names=[]).facts == ()


def test_a_cursor_never_stands_where_no_fact_is(warehouse: LocalWarehouse) -> None:
    """After a restart such a `seq` is given to a new fact, and the follower would miss it."""
    warehouse.append([touch()])
    warehouse.append([touch(), touch(), touch()])
    assert warehouse.facts_after(0).next_seq == 1
    newest = warehouse.append([touch("visitor-boris"), touch(), touch()])[0].seq
    assert warehouse.facts_after(0).next_seq == newest


def test_a_long_poll_returns_as_soon_as_a_fact_is_committed(warehouse: LocalWarehouse) -> None:
    pages: list[tuple[FactPage, float]] = []

    def follow() -> None:
        started = time.monotonic()
        pages.append((warehouse.facts_after(0, wait_seconds=20), time.monotonic() - started))

    follower = threading.Thread(target=follow)
    follower.start()
    warehouse.append([touch()])
    follower.join()
    [(page, waited)] = pages
    assert visitors(page) == ["visitor-anna"]
    assert waited < 20


def test_a_long_poll_sleeps_through_facts_it_did_not_ask_for(warehouse: LocalWarehouse) -> None:
    pages: list[FactPage] = []
    names = ["client_webinar_registered"]
    follower = threading.Thread(target=lambda: pages.append(warehouse.facts_after(0, wait_seconds=20, names=names)))
    follower.start()
    warehouse.append([touch()])
    warehouse.append([registered()])
    follower.join()
    assert [fact.name for fact in pages[0].facts] == names


def test_a_long_poll_without_news_ends_in_time(warehouse: LocalWarehouse) -> None:
    started = time.monotonic()
    assert warehouse.facts_after(0, wait_seconds=0.2).facts == ()
    assert time.monotonic() - started > 0.15


def test_facts_are_found_by_lead_session_webinar_visitor_and_name(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch("v1"), registered("anna", "s1"), registered("anna", "s2"), registered("boris", "s1")])

    def seqs(**filters: list[str] | list[str | None]) -> list[int | None]:
        return [fact.seq for fact in warehouse.facts_of(**filters)]  # type: ignore[arg-type]

    assert seqs(lead_ids=["anna"]) == [2, 3]
    assert seqs(lead_ids=["anna", "boris"], session_ids=["s1"]) == [2, 4]
    assert seqs(webinar_ids=["first"]) == [2, 3, 4]
    assert seqs(visitor_ids=["v1"]) == [1]
    assert seqs(names=["touch_recorded"]) == [1]
    assert seqs(lead_ids=[]) == []
    assert seqs(lead_ids=[None]) == [1]
    assert seqs(lead_ids=[None, "boris"]) == [1, 4]


def test_asking_for_all_facts_by_no_filter_is_refused(warehouse: LocalWarehouse) -> None:
    with pytest.raises(WarehouseError, match="at least one"):
        warehouse.facts_of()
