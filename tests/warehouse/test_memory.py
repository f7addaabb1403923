from pathlib import Path

import pytest

from warehouse.credentials import Credential
from warehouse.database import LEAST_MEMORY_BYTES
from warehouse.interface import Published, WarehouseError
from warehouse.local import LocalWarehouse

ADMIN = Credential.of("admin")
LITTLE = 50_000_000
SOME = 100_000_000
"""What DuckDB's threads hold at the same time while they sort grows with them, not with the table, and 50 MB were too
little for two of them on a machine that left one of them waiting."""
SORTED = "select i, md5(cast(i as varchar)) as word from range(2000000) as numbers (i) order by word"
"""112 MB of words and numbers, all of which must be seen before the first row is written."""
LISTED = "select list(md5(cast(i as varchar))) as words from range(1000000) as numbers (i)"
"""One row of 48 MB, and what it takes to make it."""
LIMIT = "select parse_formatted_bytes(current_setting('memory_limit')) as bytes"


def test_a_table_larger_than_the_memory_is_made_by_way_of_the_disk(tmp_path: Path) -> None:
    with LocalWarehouse(tmp_path / "w.duckdb", credential=ADMIN, memory_bytes=SOME) as warehouse:
        warehouse.publish_table(warehouse.stage_table("words", SORTED), Published("words", 0, "shape"))
        (made,) = warehouse.sql("select count(*) as n, min(word) as first from marts.words").to_pylist()
    assert made == {"n": 2_000_000, "first": "00000f7264c27ba6fea0c837ed6aa0aa"}


def test_what_cannot_go_to_the_disk_says_what_helps(tmp_path: Path) -> None:
    with LocalWarehouse(tmp_path / "w.duckdb", credential=ADMIN, memory_bytes=LITTLE) as warehouse:
        with pytest.raises(WarehouseError, match="EFIR_WAREHOUSE_MEMORY_BYTES"):
            warehouse.stage_table("words", LISTED)
        with pytest.raises(WarehouseError, match="EFIR_WAREHOUSE_MEMORY_BYTES"):
            warehouse.sql(LISTED)
        assert warehouse.sql("select 1 as one").to_pylist() == [{"one": 1}]


def test_what_a_killed_process_left_on_the_disk_goes_with_the_next_start(tmp_path: Path) -> None:
    spilled = tmp_path / "staging" / "spilled"
    spilled.mkdir(parents=True)
    (spilled / "duckdb_temp_storage_DEFAULT-0.tmp").write_text("anna@example.com")
    with LocalWarehouse(tmp_path / "w.duckdb", credential=ADMIN):
        assert not spilled.exists()


def test_without_a_word_the_memory_suits_the_file(tmp_path: Path) -> None:
    with LocalWarehouse(tmp_path / "w.duckdb", credential=ADMIN) as warehouse:
        (limit,) = warehouse.sql(LIMIT).to_pylist()
    assert 0 < limit["bytes"] <= LEAST_MEMORY_BYTES
    with LocalWarehouse(tmp_path / "w.duckdb", credential=ADMIN, memory_bytes=10**9) as warehouse:
        (limit,) = warehouse.sql(LIMIT).to_pylist()
    assert limit["bytes"] == pytest.approx(10**9, rel=0.01)
