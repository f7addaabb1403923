import json
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines.refreshing import refreshed
from pipelines.tables import MARTS
from tests.efir.conftest import Cli
from tests.warehouse.small_cohort import ANNA, BORIS, NAMES, tell
from tests.warehouse.test_erasure import holders
from warehouse.client import connect
from warehouse.settings import Settings


@pytest.fixture
def told(service: Path, environment: dict[str, str]) -> Path:
    settings = Settings(home=service, warehouse_port=int(environment["EFIR_WAREHOUSE_PORT"]))
    with connect("admin", settings) as connected:
        tell(connected)
    return service


def test_a_person_s_data_is_handed_out_as_json(efir: Cli, told: Path, tmp_path: Path) -> None:
    target = tmp_path / "boris.json"
    assert efir("export-person", BORIS, str(target)).exit_code == 0
    assert target.stat().st_mode & 0o077 == 0
    document = json.loads(target.read_text())
    assert document["lead_ids"] == [BORIS]
    assert {row["value"] for row in document["personal_data"]} == {NAMES[BORIS], "+79990000002"}
    assert document["webinars"] == {"first": {"ru": "Первый вебинар", "en": "First webinar"}}
    assert {"touch_recorded", "client_webinar_entered"} <= {fact["name"] for fact in document["facts"]}


def test_a_person_is_forgotten_everywhere_under_the_home(efir: Cli, told: Path) -> None:
    secrets = (NAMES[ANNA], "+79990000001")
    assert efir("backup").exit_code == 0
    (told / "sql_history").write_text(f"select * from people where value = '{NAMES[ANNA]}';\n")
    assert len(holders(told, secrets)) >= 2
    assert "Nothing was changed" in efir("erase", ANNA, input="n\n").stderr
    answer = efir("erase", ANNA, "--yes", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["copies_cleansed"] == 1
    assert holders(told, secrets) == {}
    [fact] = json.loads(efir("sql", "select lead_id from events where name = 'lead_erased'", "--format", "json").stdout)
    assert fact == {"lead_id": ANNA}
    assert efir("erase", ANNA, "--yes").exit_code == 0, "again is fine"


def test_nothing_of_a_person_is_left_in_dagster_s_metadata_exports_logs_or_media(
    efir: Cli, told: Path, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Every table is made and told to a real instance under the home, plots and all; what was logged lies beside."""
    settings = Settings(home=told, warehouse_port=int(environment["EFIR_WAREHOUSE_PORT"]))
    caplog.set_level("DEBUG")
    (told / "dagster").mkdir(exist_ok=True)
    with dg.DagsterInstance.local_temp(str(told / "dagster")) as instance, connect("admin", settings) as connected:
        told_of = refreshed(MARTS, connected, is_whole=True)
        for event in told_of:
            instance.report_runless_asset_event(event)
        assert len(told_of) > len(MARTS)
        exported = told / "exports" / "facts.json"
        assert efir("export").exit_code == 0
        readable = [pl.read_parquet(path).write_json() for path in sorted((told / "exports").glob("*/*.parquet"))]
        assert len(readable) == len(MARTS) + 1
        (told / "exports" / "readable.json").write_text("\n".join(readable))
        facts = connected.facts_after(0, limit=100_000).facts
        exported.write_text(json.dumps([fact.model_dump(mode="json") for fact in facts], ensure_ascii=False))
    assert efir("erase", ANNA, "--yes").exit_code == 0
    (told / "logs").mkdir(exist_ok=True)
    (told / "logs" / "efir.log").write_text(caplog.text)
    assert len([path for path in (told / "dagster").rglob("*") if path.is_file()]) > 1
    assert holders(told, (NAMES[ANNA], "+79990000001", "9990000001")) == {}


def test_an_unknown_lead_is_said_to_be_unknown(efir: Cli, told: Path) -> None:
    answer = efir("erase", "nobody", "--yes")
    assert (answer.exit_code, "There is no lead nobody" in answer.stderr) == (1, True)
