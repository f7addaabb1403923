from pathlib import Path

import pyarrow as pa
import pytest

from tests.warehouse.stating import touch
from warehouse.credentials import Credential
from warehouse.interface import Published, VersionConflict, WarehouseError
from warehouse.local import LocalWarehouse

PEOPLE = "select * from (values ('a', 1), ('b', 2), ('c', 3)) as people (lead_id, score)"


def published(seq: int = 1, name: str = "people") -> Published:
    return Published(name, seq, "shape")


def rows(warehouse: LocalWarehouse, table: str = "marts.people") -> dict[str, int]:
    return {row["lead_id"]: row["score"] for row in warehouse.sql(f"from {table}").to_pylist()}


def test_what_is_staged_is_seen_only_once_it_is_published(warehouse: LocalWarehouse) -> None:
    warehouse.publish_table(warehouse.stage_table("people", PEOPLE), published())
    staged = warehouse.stage_table("people", "select 'z' as lead_id, 9 as score")

    assert rows(warehouse) == {"a": 1, "b": 2, "c": 3}
    assert rows(warehouse, f"marts.{staged}") == {"z": 9}
    warehouse.publish_table(staged, published(2))
    assert rows(warehouse) == {"z": 9}
    noted = warehouse.sql("select name, seq, shape, rows from published_tables").to_pylist()
    assert noted == [{"name": "people", "seq": 2, "shape": "shape", "rows": 1}]


def test_a_part_replaces_the_rows_of_its_keys_and_no_others(warehouse: LocalWarehouse) -> None:
    warehouse.publish_table(warehouse.stage_table("people", PEOPLE), published())
    staged = warehouse.stage_table("people", "select 7 as score, unnest($who) as lead_id", {"who": ["b", "d"]})
    warehouse.publish_table(staged, published(2), column="lead_id", keys="select unnest(['b', 'c', 'd'])", since=1)

    assert rows(warehouse) == {"a": 1, "b": 7, "d": 7}
    assert warehouse.sql("select table_name from duckdb_tables() where schema_name = 'marts'").num_rows == 1


def test_rows_can_be_handed_in_as_arrow(warehouse: LocalWarehouse) -> None:
    staged = warehouse.stage_table("people", pa.table({"lead_id": ["x"], "score": [4]}))
    warehouse.publish_table(staged, published())
    assert rows(warehouse) == {"x": 4}


def test_a_part_of_what_somebody_else_replaced_is_refused(warehouse: LocalWarehouse) -> None:
    warehouse.publish_table(warehouse.stage_table("people", PEOPLE), published(5))
    late = warehouse.stage_table("people", "select 'a' as lead_id, 0 as score")

    with pytest.raises(VersionConflict, match="up to 5, not 3"):
        warehouse.publish_table(late, published(6), column="lead_id", keys="select 'a'", since=3)
    assert rows(warehouse)["a"] == 1


def test_what_was_staged_by_somebody_who_died_goes_with_the_next_start(tmp_path: Path) -> None:
    path, admin = tmp_path / "w.duckdb", Credential.of("admin")
    with LocalWarehouse(path, credential=admin) as opened:
        opened.publish_table(opened.stage_table("people", PEOPLE), published())
        opened.stage_table("people", PEOPLE)
        opened.discard_table(opened.stage_table("people", PEOPLE))
    with LocalWarehouse(path, credential=admin) as again:
        assert rows(again) == {"a": 1, "b": 2, "c": 3}
        assert again.sql("select table_name from duckdb_tables() where schema_name = 'marts'").num_rows == 1


def test_a_rewriting_keeps_what_is_published(warehouse: LocalWarehouse) -> None:
    warehouse.append([touch()])
    warehouse.publish_table(warehouse.stage_table("people", PEOPLE), published())
    warehouse.erase("lead-anna")
    warehouse.rewrite()
    assert rows(warehouse) == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    "question",
    ["delete from events", "select 1; drop table events", "select * from read_csv('/etc/passwd')", "select nope"],
)
def test_only_reading_questions_make_tables(warehouse: LocalWarehouse, question: str) -> None:
    with pytest.raises(WarehouseError):
        warehouse.stage_table("people", question)


@pytest.mark.parametrize("name", ["people; drop table events", "People", "", "marts.people"])
def test_names_are_plain(warehouse: LocalWarehouse, name: str) -> None:
    with pytest.raises(WarehouseError, match="table name"):
        warehouse.stage_table(name, PEOPLE)
    staged = warehouse.stage_table("people", PEOPLE)
    with pytest.raises(WarehouseError, match="table name"):
        warehouse.publish_table(staged, published(name=name))
    with pytest.raises(WarehouseError, match="table name"):
        warehouse.discard_table("events")
