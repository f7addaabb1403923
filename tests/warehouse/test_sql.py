import datetime as dtm
from pathlib import Path

import pyarrow as pa
import pytest

from tests.warehouse.stating import NOW, touch
from warehouse.credentials import Credential
from warehouse.interface import WarehouseError
from warehouse.local import LocalWarehouse


@pytest.mark.parametrize(
    "text",
    [
        "insert into events select * from events",
        "update events set name = 'x'",
        "delete from people",
        "drop table events",
        "create table t as select 1",
        "create or replace view people_current as select 1",
        "copy events to '/tmp/efir-stolen.csv'",
        "copy (select 1) to '/tmp/efir-stolen.csv'",
        "attach '/tmp/efir-other.duckdb'",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "pragma threads = 1",
        "set memory_limit = '1GB'",
        "call pragma_version()",
        "checkpoint",
        "begin",
        "export database '/tmp/efir-stolen'",
        "explain analyze delete from events",
        "select 1; delete from events",
        "",
    ],
)
def test_whatever_would_write_or_configure_is_refused(warehouse: LocalWarehouse, text: str) -> None:
    warehouse.append([touch()])
    with pytest.raises(WarehouseError, match=r"reading statements only|exactly one statement"):
        warehouse.sql(text)
    assert warehouse.health()["facts"] == 1


def test_a_question_reads_the_tables_it_carries_along_and_nobody_else_does(warehouse: LocalWarehouse) -> None:
    carried = {"mine": pa.table({"id": ["a", "b"]}), "more": pa.table({"n": [1, 2, 3]})}
    [row] = warehouse.sql(
        "select (select count(*) from mine) as mine, sum(n)::bigint as n from more", {}, carried
    ).to_pylist()
    assert row == {"mine": 2, "n": 6}
    with pytest.raises(WarehouseError, match="mine"):
        warehouse.sql("select * from mine")


@pytest.mark.parametrize(
    "text",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/hostname')",
        "from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select * from sniff_csv('/etc/passwd')",
        "select * from 'https://example.org/x.parquet'",
        "select * from warehouse_of_a_python_variable",
    ],
)
def test_files_the_network_and_this_process_are_out_of_reach(warehouse: LocalWarehouse, text: str) -> None:
    warehouse_of_a_python_variable = pa.table({"secret": [1]})
    assert warehouse_of_a_python_variable.num_rows
    with pytest.raises(WarehouseError, match="The query failed"):
        warehouse.sql(text)


def test_reading_statements_are_answered(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    for text in (
        "select count(*) as n from events",
        "-- how many\n(select 1 as n)",
        "/* with */ with one as (select 1 as n) select n from one",
        "from events select count(*) as n",
    ):
        assert warehouse.sql(text)["n"].to_pylist() == [1]
    assert warehouse.sql("describe events").num_rows > 10


def test_parameters_are_bound_by_name_and_by_place(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch("v1"), touch("v2"), touch("v3")])
    named = "select visitor_id from events where occurred_at <= $until and list_contains($visitors, visitor_id)"
    found = warehouse.sql(named, {"until": NOW, "visitors": ["v1", "v3"]})
    assert found["visitor_id"].to_pylist() == ["v1", "v3"]
    placed = warehouse.sql("select ? + 1 as n, ? as nothing", [41, None])
    assert placed.to_pylist() == [{"n": 42, "nothing": None}]


def test_moments_come_back_in_utc(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    moment = warehouse.sql("select occurred_at from events")["occurred_at"][0].as_py()
    assert moment == NOW
    assert moment.utcoffset() == dtm.timedelta(0)
    assert warehouse.sql("select strftime(occurred_at, '%H:%M') as t from events")["t"].to_pylist() == ["12:00"]


def test_a_wrong_query_says_why(warehouse: LocalWarehouse) -> None:
    with pytest.raises(WarehouseError, match="no_such_table"):
        warehouse.sql("select * from no_such_table")


def test_a_derived_table_is_replaced_as_a_whole(warehouse: LocalWarehouse) -> None:
    warehouse.replace_table("leads", pa.table({"lead_id": ["a", "b"]}))
    warehouse.replace_table("leads", pa.table({"lead_id": ["c"], "score": [1.5]}))
    assert warehouse.sql("from marts.leads").to_pylist() == [{"lead_id": "c", "score": 1.5}]


@pytest.mark.parametrize("name", ["leads; drop table events", "Leads", "", "../x", "marts.leads"])
def test_a_derived_table_needs_a_plain_name(warehouse: LocalWarehouse, name: str) -> None:
    with pytest.raises(WarehouseError, match="table name"):
        warehouse.replace_table(name, pa.table({"a": [1]}))


def test_a_backup_is_a_whole_warehouse(warehouse: LocalWarehouse, tmp_path: Path) -> None:
    warehouse.append([touch("v1"), touch("v2")])
    warehouse.put("accounts", "anna", {"role": "admin"})
    copy = warehouse.backup(tmp_path / "backups")
    warehouse.append([touch("v3")])
    assert copy.parent == tmp_path / "backups"
    with LocalWarehouse(copy, credential=Credential.of("admin")) as restored:
        assert restored.health()["facts"] == 2
        assert restored.health()["self_check"] == "ok"
        assert restored.append([touch("v1"), touch("v4")])[0].status == "duplicate"
        assert restored.get("accounts", "anna") is not None


def test_health_says_how_the_warehouse_is(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    health = warehouse.health()
    assert {"facts": 1, "last_seq": 1, "self_check": "ok"}.items() <= health.items()
    assert health["size_bytes"] > 0
    assert health["uptime_seconds"] >= 0
