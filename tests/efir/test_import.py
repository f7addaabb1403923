"""`efir import`: look first, say the consent, mend what was refused, take it in again."""

import csv
import json
from pathlib import Path

from tests.efir.conftest import Cli

LIST = (
    "Имя,Телефон,E-mail\nИрина Пример,+7 900 000-07-01,\nЛев Пример,,lev@example.com\nБез Связи,,\nКривой Номер,12,\n"
)
CONSENT = ("--consent", "processing", "--ground", "a synthetic form, March 2026")


def leads(efir: Cli) -> int:
    asked = "select count(*) as leads from events where name = 'core_lead_created' or name = 'core_ingest_event'"
    [row] = json.loads(efir("sql", asked, "--format", "json").stdout)
    return int(row["leads"])


def test_a_list_is_looked_at_then_taken_in_and_what_was_refused_is_mended(
    efir: Cli, service: Path, tmp_path: Path
) -> None:
    people, mended = tmp_path / "people.csv", tmp_path / "refused.csv"
    people.write_text(LIST, encoding="utf-8")

    looked = efir("import", str(people), "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "dry run: nothing was changed" in looked.stdout
    assert leads(efir) == 0

    refused = efir("import", str(people))
    assert refused.exit_code == 1
    assert "--consent processing --ground" in refused.stderr
    assert leads(efir) == 0

    taken = efir("import", str(people), *CONSENT, "--errors", str(mended), "--json")
    assert taken.exit_code == 0, taken.output
    told = json.loads(taken.stdout)
    assert [row["happens"] for row in told["rows"]] == ["new", "new", "refused", "refused"]
    rows = list(csv.DictReader(mended.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["Имя"] for row in rows] == ["Без Связи", "Кривой Номер"]

    mended.write_text(mended.read_text(encoding="utf-8-sig").replace(",12,", ",+7 900 000-07-02,"), encoding="utf-8")
    again = json.loads(efir("import", str(mended), *CONSENT, "--json").stdout)
    assert [row["happens"] for row in again["rows"]] == ["refused", "new"]
    assert json.loads(efir("import", str(people), *CONSENT, "--json").stdout)["counts"].get("new", 0) == 0


def test_what_is_no_list_is_explained(efir: Cli, service: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("colour,size\nred,4\n", encoding="utf-8")
    answer = efir("import", str(other), "--dry-run")
    assert answer.exit_code == 1
    assert "no column with a phone or an e-mail" in answer.stderr
    assert "colour, size" in answer.stderr
    other.write_text('name;phone\n"Anna;+79990000001\n' + "Boris;+79990000002\n" * 60, encoding="utf-8")
    unclosed = efir("import", str(other), "--dry-run")
    assert unclosed.exit_code == 1
    assert "never closed" in unclosed.stderr


def test_a_mistake_in_an_option_is_told_before_anybody_is_taken_in(efir: Cli, service: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("Имя,Телефон\nВера Пример,+7 900 000-07-09\n", encoding="utf-8")
    before = leads(efir)
    for option, value, said in (
        ("--zone", "Mars/Base", "no time zone 'Mars/Base'"),
        ("--zone", "Europe", "no time zone 'Europe'"),
        ("--consent", "marketting", "no consent 'marketting'"),
        ("--errors", str(tmp_path / "nowhere" / "refused.csv"), "nowhere"),
    ):
        answer = efir("import", str(people), *CONSENT, option, value)
        assert (answer.exit_code, "Traceback" in answer.stderr) == (1, False), answer.output
        assert said in answer.stderr
    assert leads(efir) == before
