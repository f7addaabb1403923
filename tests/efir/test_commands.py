import contextlib
import csv
import datetime as dtm
import io
import json
import os
import pty
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import typer

from domain.events import Emitter
from efir.cli import app
from tests.efir.conftest import Cli, free_port
from tests.warehouse.stating import touch
from warehouse import copies, secrets
from warehouse.backups import back_up
from warehouse.client import connect
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings


def test_without_a_warehouse_a_command_says_at_once_what_to_do(efir: Cli, tmp_path: Path) -> None:
    told = efir("sql", "select 1", env={"EFIR_HOME": str(tmp_path), "EFIR_WAREHOUSE_PORT": "1"})
    assert told.exit_code == 1
    assert "Efir is not running" in told.stderr
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"EFIR_PORT": "eighty"}, "✗ EFIR_PORT: Input should be a valid integer"),
        ({"EFIR_PORT": "99999"}, "✗ EFIR_PORT: Input should be less than or equal to 65535"),
        ({"EFIR_TELEGRAM_MODE": "pigeon"}, "✗ EFIR_TELEGRAM_MODE: Input should be 'polling' or 'webhook'"),
        ({"EFIR_RESEND_UNCERTAIN": "all"}, 'value for field "resend_uncertain"'),
        ({"EFIR_HOME": "/dev/null"}, "✗ /dev/null cannot hold the data: File exists. Choose a folder: EFIR_HOME"),
        ({"EFIR_HOME": "/dev/null/below"}, "✗ /dev/null/below cannot hold the data: Not a directory."),
    ],
    ids=str,
)
def test_a_house_that_cannot_be_started_says_which_setting_to_change(wrong: dict[str, str], sentence: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "efir.up"], env={**os.environ, **wrong}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr


def test_a_command_names_the_setting_that_is_wrong(efir: Cli) -> None:
    told = efir("status", env={"EFIR_PORT": "eighty"})
    assert told.exit_code == 1
    assert "EFIR_PORT: Input should be a valid integer" in told.stderr


def commands(group: typer.core.TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command there is, as it is typed."""
    for name, command in group.commands.items():
        words = (*before, name)
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, words)
        else:
            yield words


WHOLE = typer.main.get_command(app)
assert isinstance(WHOLE, typer.core.TyperGroup)


COMMANDS = list(commands(WHOLE))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(efir: Cli, words: tuple[str, ...]) -> None:
    told = efir(*words, "--help")
    assert told.exit_code == 0
    example = told.output.partition("Try:")[2]
    assert f"efir {' '.join(words)}" in " ".join(example.split())


PROSE = {("up",), ("demo",), ("sql",), ("export-person",)}
"""They run for good, have --format, or answer JSON anyway."""


@pytest.mark.parametrize("words", [words for words in COMMANDS if words not in PROSE], ids=" ".join)
def test_every_other_command_answers_machines(efir: Cli, words: tuple[str, ...]) -> None:
    assert "--json" in efir(*words, "--help").output


def test_status_without_a_warehouse_shows_what_stands_on_the_disk_and_what_to_do(efir: Cli, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    row = {"name": "warehouse", "state": "ready", "pid": 1, "restarts": 3}
    (tmp_path / "run" / "processes.json").write_text(json.dumps({"children": [row]}))
    environment = {"EFIR_HOME": str(tmp_path), "EFIR_WAREHOUSE_PORT": "1"}
    told = efir("status", env=environment)
    assert told.exit_code == 1
    assert "gone (was ready)" in told.stdout
    assert "Start it: efir up" in told.stderr
    report = json.loads(efir("status", "--json", env=environment).stdout)
    assert (report["log"], report["processes"][0]["restarts"]) == (None, 3)
    environment["EFIR_HOME"] = str(tmp_path / "new")
    assert "Nothing runs here." in efir("status", env=environment).stdout


def test_doctor_in_a_house_that_stands_still_names_the_log_that_says_why(efir: Cli, tmp_path: Path) -> None:
    secrets.ensure(tmp_path)
    environment = {"EFIR_HOME": str(tmp_path), "EFIR_WAREHOUSE_PORT": str(free_port())}
    findings = {row["subject"]: row for row in json.loads(efir("doctor", "--json", env=environment).stdout)}
    log = tmp_path / "logs" / "warehouse.log"
    assert findings["warehouse"]["advice"] == f"Start: efir up. If it does not come up, see why: {log}"


def at_a_terminal(arguments: list[str], typed: tuple[str, ...], environment: dict[str, str]) -> str:
    """What the command says on a terminal where these lines are typed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "efir.cli", *arguments]
    variables = {**os.environ, **environment, "TERM": "dumb", "COLUMNS": "200"}
    with subprocess.Popen(
        command, env=variables, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    ) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{line}\n" for line in typed).encode())
        said = b""
        with contextlib.suppress(OSError):  # a terminal nobody holds any more
            while piece := os.read(ours, 65536):
                said += piece
        assert process.wait() == 0
    os.close(ours)
    return said.decode()


@pytest.mark.usefixtures("service")
class TestWithAWarehouse:
    def test_sql_answers_as_table_json_and_csv(self, efir: Cli) -> None:
        question = "select 1 as one, 'да' as word"
        assert efir("sql", question).output.split() == ["one", "word", "1", "да"]
        assert json.loads(efir("sql", question, "--format", "json").output) == [{"one": 1, "word": "да"}]
        assert efir("sql", question, "--format", "csv").output == "one,word\n1,да\n"
        assert efir("sql", "-", input="select 2 as two").output.split() == ["two", "2"]
        assert efir("sql", "select 3 as lead_id").output.split() == ["lead_id", "3"], "to be copied into a question"

    def test_sql_gives_long_answers_whole_to_machines_and_the_beginning_to_people(self, efir: Cli) -> None:
        question = "select range as n, 'two\nlines' as word from range(25_000)"
        rows = json.loads(efir("sql", question, "--format", "json").stdout)
        assert rows == [{"n": number, "word": "two\nlines"} for number in range(25_000)]
        (row, *others) = csv.DictReader(io.StringIO(efir("sql", question, "--format", "csv").stdout))
        assert (row["word"], len(others), others[-1]["n"]) == ("two\nlines", 24_999, "24999")
        shown = efir("sql", "select range as n from range(25_000)")
        assert shown.stdout.split() == ["n", *map(str, range(10_000))]
        assert "The first 10000 of 25000 rows" in shown.stderr
        assert json.loads(efir("sql", "select 1 as one where false", "--format", "json").stdout) == []

    def test_sql_writes_a_file_whole_or_not_at_all(self, efir: Cli, tmp_path: Path) -> None:
        question, target = "select 1 as one, timestamptz '2026-03-04 12:00:00+00' as at", tmp_path / "answer.parquet"
        piped = efir("sql", question, "--format", "parquet")
        assert efir("sql", question, "--format", "parquet", "--output", str(target)).exit_code == 0
        for source in (target, io.BytesIO(piped.stdout_bytes)):
            (row,) = pl.read_parquet(source).to_dicts()
            assert row == {"one": 1, "at": dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC)}
        assert efir("sql", "select 2 as two", "--format", "csv", "--output", str(target)).stdout == ""
        assert target.read_text() == "two\n2\n"
        told = efir("sql", question, "--output", str(tmp_path / "none" / "answer.txt"))
        assert (told.exit_code, "cannot be written" in told.stderr) == (1, True)
        assert [path.name for path in tmp_path.iterdir()] == ["answer.parquet"]

    def test_sql_without_a_question_is_a_prompt_on_a_terminal(self, environment: dict[str, str]) -> None:
        typed = (".help", ".tables", ".schema events", ".nope", "select 40", "+ 2 as answer;", "select x from nowhere;")
        said = at_a_terminal(["sql"], (*typed, "delete from events;", ".quit"), environment)
        for expected in (".schema NAME", "main.events", "occurred_at", "There is no .nope", "answer", "42", "reading"):
            assert expected in said
        assert sum("✗" in line and "nowhere" in line for line in said.splitlines()) == 1
        assert "LINE 1" not in said
        history = Path(environment["EFIR_HOME"]) / "sql_history"
        assert set(typed) <= set(history.read_text().splitlines())
        assert history.stat().st_mode & 0o077 == 0

    def test_export_refuses_days_that_are_none(self, efir: Cli) -> None:
        assert "write it as" in efir("export", "yesterday").stderr
        assert "not even begun" in efir("export", "2999-01-01").stderr

    def test_export_answers_what_it_wrote_and_dropped(self, efir: Cli, environment: dict[str, str]) -> None:
        told = json.loads(efir("export", "2020-01-02", "--keep-days", "30", "--json").stdout)
        assert (Path(told["folder"]).name, told["dropped"]) == ("2020-01-02", []), "what was asked for stays"
        told = json.loads(efir("export", "--keep-days", "30", "--json").stdout)
        assert told["dropped"] == ["2020-01-02"]
        assert pl.read_parquet(Path(told["folder"]) / "events.parquet").height == told["rows"]["events"]
        assert not (Path(environment["EFIR_HOME"]) / "exports" / "2020-01-02").exists()

    def test_sql_that_would_write_is_refused_in_one_sentence(self, efir: Cli) -> None:
        told = efir("sql", "delete from events")
        assert (told.exit_code, told.stdout) == (1, "")
        assert len(told.stderr.strip().splitlines()) == 1

    def test_a_webinar_gets_a_session_and_the_session_can_be_called_off(self, efir: Cli) -> None:
        assert "/w/first" in efir("webinar", "add", "first", "--title", "Первый", "--duration", "45").output
        (row,) = json.loads(efir("session", "add", "first", "+15m", "--json").output)
        called_off = json.loads(efir("session", "cancel", row["session"], "--json").output)
        assert called_off == {"session": row["session"], "status": "cancelled"}
        (listed,) = json.loads(efir("session", "list", "first", "--json").output)
        assert (listed["session"], listed["phase"], listed["minutes"]) == (row["session"], "cancelled", 45.0)

    def test_a_rule_brings_sessions_by_itself_and_shows_the_next_ones(self, efir: Cli) -> None:
        efir("webinar", "add", "weekly", "--title", "Каждую неделю")
        rows = json.loads(
            efir("session", "add", "weekly", "--rrule", "FREQ=WEEKLY;BYDAY=TU", "--at", "19:00", "--json").output
        )
        assert len(rows) == 5
        assert {
            (dtm.datetime.fromisoformat(row["starts"]).weekday(), row["starts"][11:], row["zone"]) for row in rows
        } == {(1, "19:00:00+03:00", "Europe/Moscow")}

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("session", "add", "nowhere"), "Give a start"),
            (("session", "add", "first", "+1m", "--rrule", "FREQ=DAILY", "--at", "19:00"), "one of them"),
            (("webinar", "add", "Bad slug!", "--title", "Т"), "slug: Latin letters"),
            (
                ("webinar", "add", "second", "--title", "Т", "--zone", "Mars/One"),
                "time_zone: There is no such time zone",
            ),
            (("session", "add", "nowhere", "+1m"), "There is no webinar nowhere"),
            (("session", "cancel", "nope"), "There is no session nope"),
            (("user", "add", "not-an-address"), "is no e-mail address"),
            (("emitter", "add", "x", "--events", "nope"), "There is no event 'nope'"),
            (
                ("emitter", "add", "x", "--events", "core_lead_created"),
                "It may: client_webinar_registered, core_ingest",
            ),
            (("emitter", "add", "x", "--events", ""), "A key states some events"),
            (("emitter", "add", " "), "A key needs a name"),
            (("emitter", "add", "x", "--emitter", "core"), "No key can speak for core"),
            (("emitter", "revoke", "nobody"), "There is no key named nobody"),
            (("replay-rejected", "00"), "Nothing open is named 00"),
        ],
    )
    def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(
        self, efir: Cli, arguments: tuple[str, ...], sentence: str
    ) -> None:
        told = efir(*arguments)
        assert told.exit_code == 1
        assert sentence in told.stderr
        assert "Traceback" not in told.output

    @pytest.mark.parametrize(
        ("start", "sentence"),
        [
            ("31.01.2030", "'31.01.2030' is no start: write 19:00"),
            ("2030-02-31T19:00", "is no start"),
            ("+9000d", "more than two years ahead"),
        ],
    )
    def test_what_is_no_start_says_how_to_write_one(self, efir: Cli, service: Path, start: str, sentence: str) -> None:
        assert service.exists()
        efir("webinar", "add", "startless", "--title", "Т")
        told = efir("session", "add", "startless", start)
        assert told.exit_code == 1
        assert sentence in told.stderr

    def test_a_start_may_be_told_by_the_clock_of_the_webinars_zone(self, efir: Cli) -> None:
        efir("webinar", "add", "far", "--title", "Т", "--zone", "Asia/Vladivostok")
        (row,) = json.loads(efir("session", "add", "far", "9:05", "--json").stdout)
        assert row["starts"].endswith("T09:05:00+10:00")
        ahead = dtm.datetime.fromisoformat(row["starts"]) - dtm.datetime.now(dtm.UTC)
        assert dtm.timedelta() < ahead <= dtm.timedelta(days=1)

    @pytest.mark.parametrize(("ahead", "apart"), [("+3h", dtm.timedelta(hours=3)), ("+2d", dtm.timedelta(days=2))])
    def test_a_start_may_be_hours_or_days_ahead(self, efir: Cli, ahead: str, apart: dtm.timedelta) -> None:
        efir("webinar", "add", "soon", "--title", "Т")
        (row,) = json.loads(efir("session", "add", "soon", ahead, "--json").stdout)
        late = dtm.datetime.now(dtm.UTC) + apart - dtm.datetime.fromisoformat(row["starts"])
        assert dtm.timedelta() <= late < dtm.timedelta(minutes=1)

    def test_a_webinar_whose_video_is_not_there_yet_says_where_to_put_it(self, efir: Cli, service: Path) -> None:
        told = efir("webinar", "add", "unfilmed", "--title", "Т", "--media", "later.mp4")
        assert told.exit_code == 0
        assert f"There is no {service.absolute() / 'media' / 'later.mp4'} yet" in told.stderr
        assert "There is no" not in efir("webinar", "add", "filmed", "--title", "Т").stderr
        address = "https://example.org/a.m3u8"
        assert "There is no" not in efir("webinar", "add", "elsewhere", "--title", "Т", "--media", address).stderr

    def test_a_look_at_a_folder_where_no_house_lives_begins_none(
        self, efir: Cli, service: Path, tmp_path: Path
    ) -> None:
        assert service.exists()
        elsewhere = {"EFIR_HOME": str(tmp_path / "elsewhere")}
        for look in ("status", "doctor"):
            assert efir(look, env=elsewhere).exit_code == 1
        told = efir("webinar", "list", env=elsewhere)
        assert f"No Efir has lived in {tmp_path / 'elsewhere'} yet" in told.stderr
        assert not (tmp_path / "elsewhere").exists()

    def test_a_partner_gets_a_code_and_a_link_for_every_webinar(self, efir: Cli) -> None:
        efir("webinar", "add", "linked", "--title", "Ссылка")
        made = json.loads(efir("partner", "add", "Клуб «Пример»", "--code", "primer", "--json").output)
        assert any(link.startswith("http://localhost:3999/w/linked?ref=primer.") for link in made["links"])
        (listed,) = [row for row in json.loads(efir("partner", "list", "--json").output) if row["code"] == "primer"]
        assert listed["name"] == "Клуб «Пример»"

    def test_an_emitter_key_is_shown_once_and_not_kept(self, efir: Cli, service: Path) -> None:
        key = json.loads(efir("emitter", "add", "tilda", "--events", "touch_recorded", "--json").output)["key"]
        (listed,) = json.loads(efir("emitter", "list", "--json").output)
        assert (listed["name"], listed["events"]) == ("tilda", ["touch_recorded"])
        assert key not in efir("emitter", "list", "--json").output
        database = service / "warehouse" / "warehouse.duckdb.wal"
        assert key.encode() not in database.read_bytes()
        assert json.loads(efir("emitter", "revoke", "tilda", "--json").output) == {"name": "tilda", "revoked": 1}

    def test_the_keys_of_every_list_are_identifiers_for_a_program(self, efir: Cli) -> None:
        efir("webinar", "add", "keyed", "--title", "Ключи")
        efir("session", "add", "keyed", "+1h")
        efir("partner", "add", "Клуб ключей", "--code", "keyed")
        efir("emitter", "add", "keyed", "--events", "touch_recorded,core_ingest_event")
        for listed in ("webinar", "session", "partner", "emitter"):
            rows = json.loads(efir(listed, "list", "--json").output)
            assert rows, listed
            assert [key for row in rows for key in row if not key.isidentifier()] == [], listed
        assert "core_ingest_event, touch_recorded" in efir("emitter", "list").output, "for a person it is a line"
        efir("emitter", "revoke", "keyed")

    def test_a_webhook_is_added_listed_and_its_dead_deliveries_are_replayed(self, efir: Cli) -> None:
        made = json.loads(
            efir(
                "webhook", "add", "https://crm.example.org/x", "--event", "lead_tagged", "--note", "CRM", "--json"
            ).output
        )
        assert made["secret"].startswith("whsec_")
        (listed,) = json.loads(efir("webhook", "list", "--json").output)
        assert (listed["endpoint"], listed["state"], listed["events"]) == (made["endpoint"], "active", 1)
        told = json.loads(efir("webhook", "replay", made["endpoint"], "--json").output)
        assert told == {"endpoint": made["endpoint"], "deliveries": 0}
        assert made["secret"] not in efir("webhook", "list", "--json").output

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("add", "http://127.0.0.1/", "--event", "lead_tagged"), "Only https"),
            (("add", "https://crm.example.org/", "--event", "lead_taged"), "no fact 'lead_taged'"),
            (("replay", "nobody"), "no endpoint nobody"),
        ],
    )
    def test_a_webhook_that_cannot_be_says_what_to_do(self, efir: Cli, words: tuple[str, ...], said: str) -> None:
        told = efir("webhook", *words)
        assert told.exit_code == 1
        assert said in told.stderr

    def test_somebody_invited_gets_a_one_time_link(self, efir: Cli) -> None:
        made = json.loads(efir("user", "add", "Vera@Example.com", "--role", "marketer", "--json").output)
        assert re.fullmatch(r"http://localhost:3999/invite/[\w-]{20,}", made["link"])

    def test_a_refused_fact_is_listed_and_replayed_once_its_cause_is_mended(
        self, efir: Cli, environment: dict[str, str]
    ) -> None:
        settings = Settings(home=Path(environment["EFIR_HOME"]), warehouse_port=int(environment["EFIR_WAREHOUSE_PORT"]))
        efir("emitter", "add", "shop", "--events", "touch_recorded")
        payload = json.dumps(
            {"event_id": str(uuid.uuid4()), "name": "touch_recorded", "occurred_at": "2026-03-04T12:00:00Z",
             "properties": {"visitor_id": "v", "landing": "/w/first"}}
        )  # fmt: skip
        with connect("admin", settings) as warehouse:
            refused = warehouse.reject(
                stage="collect_api:shop",
                code="test",
                message="was broken",
                payload=payload,
                emitter=Emitter.COLLECT_API,
            )
        assert refused[:8] in efir("replay-rejected").output
        assert json.loads(efir("replay-rejected", refused, "--json").stdout)[0]["status"] == "accepted"
        assert "Nothing is refused" in efir("replay-rejected").output

    def test_what_cannot_be_mended_is_discarded(self, efir: Cli, environment: dict[str, str]) -> None:
        settings = Settings(home=Path(environment["EFIR_HOME"]), warehouse_port=int(environment["EFIR_WAREHOUSE_PORT"]))
        with connect("admin", settings) as warehouse:
            refused = warehouse.reject(stage="form", code="test", message="?", payload="{", emitter=Emitter.WEB_FORM)
        (told,) = json.loads(efir("replay-rejected", refused, "--discard", "--json").stdout)
        assert told == {"id": refused, "status": "discarded"}

    def test_status_tells_a_machine_about_the_log(self, efir: Cli) -> None:
        efir("webinar", "add", "counted", "--title", "Счёт")
        report = json.loads(efir("status", "--json").output)
        assert report["log"]["facts"] >= 1
        assert report["log"]["waiting_messages"] == 0
        assert report["processes"] == []

    def test_doctor_says_what_is_wrong_and_what_to_do(self, efir: Cli) -> None:
        told = efir("doctor", "--json")
        findings = {row["subject"]: row for row in json.loads(told.stdout)}
        assert findings["warehouse"]["is_fine"]
        assert findings["processes"]["advice"] == "Start: efir up"
        assert findings["webhooks"]["is_fine"]
        assert told.exit_code == 1

    def test_a_backup_can_be_restored_elsewhere_and_what_was_there_is_kept(
        self, efir: Cli, tmp_path: Path, environment: dict[str, str]
    ) -> None:
        efir("webinar", "add", "kept", "--title", "Копия")
        facts = json.loads(efir("status", "--json").output)["log"]["facts"]
        copy = json.loads(efir("backup", str(tmp_path / "copies"), "--json").stdout)["path"]
        elsewhere = {**environment, "EFIR_HOME": str(tmp_path / "home")}
        assert f"{facts} facts" in efir("restore", copy, "--yes", env=elsewhere).output
        assert json.loads(efir("restore", copy, "--yes", "--json", env=elsewhere).stdout)["facts"] == facts
        assert len(list((tmp_path / "home" / "backups").glob("before-restore-*.duckdb"))) == 1

    def test_a_copy_of_the_night_can_be_restored_like_any_other(
        self, efir: Cli, tmp_path: Path, service: Path, environment: dict[str, str]
    ) -> None:
        efir("webinar", "add", "by-night", "--title", "Ночная копия")
        house = Settings(home=service, warehouse_port=int(environment["EFIR_WAREHOUSE_PORT"]))
        with connect("pipelines", house) as warehouse:
            made = back_up(warehouse, house, kept=1)
        elsewhere = {**environment, "EFIR_HOME": str(tmp_path)}
        assert f"Restored: {made.facts} facts" in efir("restore", str(made.path), "--yes", env=elsewhere).output
        with LocalWarehouse(Settings(home=tmp_path).database, credential=Credential.of("admin")) as restored:
            assert restored.facts_of(webinar_ids={"by-night"})

    def test_the_age_of_the_newest_copy_is_told_in_words_and_two_days_are_too_old(
        self, efir: Cli, tmp_path: Path, environment: dict[str, str]
    ) -> None:
        def look(home: Path, **more: str) -> tuple[str, dict[str, Any]]:
            own = {**environment, "EFIR_HOME": str(home), **more}
            found = {row["subject"]: row for row in json.loads(efir("doctor", "--json", env=own).stdout)}
            return efir("status", env=own).stdout, found["newest copy"]

        said, found = look(tmp_path)
        assert "newest copy        none  → efir backup" in said
        assert found["is_fine"], "it may have begun an hour ago"
        secrets.ensure(tmp_path)
        os.utime(tmp_path / "secrets" / "secrets.json", (0, 0))
        assert not look(tmp_path)[1]["is_fine"]
        nights = Settings(home=tmp_path).nightly_backups
        nights.mkdir(parents=True)
        for days, words, is_fine in ((3.2, "3 days ago", False), (1.1, "1 day ago", True), (0.1, "2 hours ago", True)):
            made_at = dtm.datetime.now(dtm.UTC) - dtm.timedelta(days=days)
            (nights / made_at.strftime(copies.NAME)).touch()
            said, found = look(tmp_path)
            assert f"newest copy        {words}, 0.0 MiB" in said
            assert ("→ efir doctor" in said) is not is_fine
            assert (found["is_fine"], words in found["seen"]) == (is_fine, True)
        for path in nights.iterdir():
            path.unlink()
        assert look(tmp_path, EFIR_BACKUPS_KEPT="0")[1]["is_fine"], "who makes none by night knows why"

    def test_a_backup_that_could_not_be_made_is_a_failure_until_one_is(self, efir: Cli, tmp_path: Path) -> None:
        (tmp_path / "a file").touch()
        told = efir("backup", str(tmp_path / "a file" / "copies"))
        assert told.exit_code == 1
        assert "No copy was made" in told.stderr
        asked = "select name from events where name like 'house_%' order by seq"
        assert "house_failed" in efir("sql", asked).stdout
        efir("backup", str(tmp_path / "copies"))
        assert "house_recovered" in efir("sql", asked).stdout

    def test_a_warehouse_in_use_is_not_replaced(self, efir: Cli, tmp_path: Path) -> None:
        copy = json.loads(efir("backup", str(tmp_path), "--json").stdout)["path"]
        told = efir("restore", copy, "--yes")
        assert told.exit_code == 1
        assert "is held by process" in told.stderr

    def test_a_file_that_is_no_warehouse_is_not_restored(self, efir: Cli, tmp_path: Path) -> None:
        broken = tmp_path / "broken.duckdb"
        broken.write_bytes(b"not a database")
        told = efir("restore", str(broken), "--yes", env={"EFIR_HOME": str(tmp_path / "home")})
        assert f"{broken} is not a warehouse that can be used." in told.stderr
        assert f'"{broken}" exists, but it is not a valid DuckDB' in told.stderr, "not the name of a trial copy"


def test_a_harmed_log_is_told_by_status_and_doctor_and_is_not_restored_from(
    tmp_path: Path, environment: dict[str, str], efir: Cli
) -> None:
    own = {**environment, "EFIR_HOME": str(tmp_path), "EFIR_WAREHOUSE_PORT": str(free_port())}
    database = tmp_path / "warehouse" / "warehouse.duckdb"
    with LocalWarehouse(database, credential=Credential.of("admin")) as whole:
        whole.append([touch()])
    with duckdb.connect(database) as harmed:  # the same fact twice, as a broken primary key would let it in
        harmed.execute("create table twice as from events union all from events")
        harmed.execute("drop table events")
        harmed.execute("alter table twice rename to events")
    command = [sys.executable, "-m", "warehouse"]
    with subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        told, found = efir("status", env=own), efir("doctor", env=own)
        process.terminate()
    assert told.exit_code == found.exit_code == 1
    assert "2 facts but 1 distinct ids" in told.stdout
    assert "What to do: efir doctor" in told.stderr
    assert re.search(r"✗ self-check +2 facts but 1 distinct ids\n +→ Stop Efir and restore", found.stdout)
    refused = efir("restore", str(database), "--yes", env={"EFIR_HOME": str(tmp_path / "other")})
    assert "is harmed, too" in refused.stderr
