"""docs/analysis.md, run: every statement over the cohort, every script over its export."""

import datetime as dtm
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines.doors import settings
from pipelines.nightly_export import export_days
from pipelines.tables import MARTS
from tests.moulds import Moulds, Story
from tests.pipelines.cohort import SESSION, Cohort, lead_id
from tests.pipelines.test_tables import refresh
from warehouse.credentials import Credential
from warehouse.exporting import DAY, LABEL, drop_old, due_days, export_day
from warehouse.interface import WarehouseError
from warehouse.local import LocalWarehouse

PAGE = (Path(__file__).parent.parent.parent / "docs" / "analysis.md").read_text(encoding="utf-8")
ANALYSES = dict(re.findall(r"^### (.+?)\n.*?```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
RECORDED_AT = dtm.datetime(2026, 3, 5, 9, tzinfo=dtm.UTC)
ANSWERS: dict[str, list[tuple[object, ...]]] = {
    "What each source brings": [("direct", 1, 1, 0, 0.0, 0.0), ("vk", 1, 1, 1, 1.0, 60.0)],
    "How long people take": [(2, 0.02, 0.02, 1, 2.18)],
    "How long leads stand in their stage": [("new", 2, 3.17, 3.17)],
    "The minutes in which a webinar loses people": [],
    "What an offer is worth": [("income-online", "course", 1, 1, 1, 1.0, 1.0)],
    "The same conversions under three models": [("vk", 1.0, 1.0, 1.0)],
    "Whether the reminders help": [(False, 2, 1, 0.5)],
}


def clock() -> dtm.datetime:
    """Everything is recorded at one moment, so that a test never runs into the next day."""
    return RECORDED_AT


@pytest.fixture
def warehouse(tmp_path: Path, moulds: Moulds, story: Story) -> Iterator[LocalWarehouse]:
    path = tmp_path / "warehouse.duckdb"
    moulds.copy(story, path, clock=clock)
    with LocalWarehouse(path, credential=Credential.of("admin"), clock=clock) as opened:
        yield opened


@pytest.mark.usefixtures("lived")
def test_every_analysis_of_the_page_answers_what_is_known_of_the_cohort(door: LocalWarehouse) -> None:
    found = {title: [tuple(row.values()) for row in door.sql(text).to_pylist()] for title, text in ANALYSES.items()}
    assert found == ANSWERS


def test_the_minute_in_which_somebody_left_is_found(lived: Cohort, door: LocalWarehouse) -> None:
    lived.watch("pavel", 0, 9.5)
    refresh(door)
    (row,) = door.sql(ANALYSES["The minutes in which a webinar loses people"]).to_pylist()
    assert tuple(row.values()) == (SESSION, 9, 2, 1, 0.5, False)


@pytest.mark.usefixtures("lived")
def test_every_script_of_the_page_reads_the_export(
    door: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    export_day(door, tmp_path / ".efir" / "exports", RECORDED_AT.date(), now=RECORDED_AT)
    monkeypatch.chdir(tmp_path)
    assert len(SCRIPTS) == 2
    for script in SCRIPTS:
        exec(compile(script, "docs/analysis.md", "exec"), {})  # noqa: S102 - our own page
        said = capfd.readouterr().out
        assert "vk" in said
        assert "webinar_started" in said


def test_an_export_holds_the_day_s_facts_and_every_table_and_again_replaces_it(
    lived: Cohort, door: LocalWarehouse, tmp_path: Path
) -> None:
    exports, day = tmp_path / "exports", RECORDED_AT.date()
    first = export_day(door, exports, day, now=RECORDED_AT)
    lived.click("pavel", lived.starts_at)
    (exports / ".exporting-killed").mkdir()
    again = export_day(door, exports, day, now=RECORDED_AT)

    assert set(first.rows) == {"events", *(mart.name for mart in MARTS)}
    assert again.rows["events"] == first.rows["events"] + 1
    facts = pl.read_parquet(again.folder / "events.parquet")
    assert facts["recorded_at"].unique().to_list() == [RECORDED_AT]
    assert {lead_id("vera"), lead_id("pavel")} <= set(facts["lead_id"])
    assert json.loads(facts["properties"][-1])["offer_id"] == "course"
    assert {path.name for path in exports.iterdir()} == {".lock", day.isoformat()}, "drafts are cleared away"
    assert export_day(door, exports, day - DAY, now=RECORDED_AT).rows["events"] == 0


def test_missed_and_unfinished_days_are_due_and_old_ones_are_dropped(door: LocalWarehouse, tmp_path: Path) -> None:
    exports, now = tmp_path / "exports", dtm.datetime(2026, 3, 10, 1, 27, tzinfo=dtm.UTC)
    today = now.date()
    assert due_days(exports, today=today, kept_days=30) == [today - DAY]
    export_day(door, exports, today - 4 * DAY, now=now)
    export_day(door, exports, today - 2 * DAY, now=now - 2 * DAY)
    assert json.loads((exports / "2026-03-08" / LABEL).read_text())["is_whole"] is False
    assert due_days(exports, today=today, kept_days=30) == [today - 3 * DAY, today - 2 * DAY, today - DAY]
    assert due_days(exports, today=today, kept_days=2) == [today - 2 * DAY, today - DAY]

    (exports / "mine").mkdir()
    assert drop_old(exports, today=today, kept_days=3) == [today - 4 * DAY]
    assert {path.name for path in exports.iterdir() if path.is_dir()} == {"2026-03-08", "mine"}


def test_the_nightly_job_writes_yesterday_once_it_is_over(
    door: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    settings.cache_clear()
    try:
        done = export_days.execute_in_process(resources={"warehouse": door})
    finally:
        settings.cache_clear()
    assert done.success
    (label,) = (tmp_path / "exports").glob(f"*/{LABEL}")
    assert json.loads(label.read_text())["is_whole"] is True


@pytest.mark.usefixtures("lived")
def test_an_export_that_fails_leaves_the_earlier_one(door: LocalWarehouse, tmp_path: Path) -> None:
    exports, day = tmp_path / "exports", RECORDED_AT.date()
    whole = export_day(door, exports, day, now=RECORDED_AT)
    before = {path.name: path.read_bytes() for path in whole.folder.iterdir()}
    door.close()
    with pytest.raises(WarehouseError):
        export_day(door, exports, day, now=RECORDED_AT)
    assert {path.name: path.read_bytes() for path in whole.folder.iterdir()} == before
