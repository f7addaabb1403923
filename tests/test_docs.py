import io
import json
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic_settings import BaseSettings

from domain.events import CATALOGUE
from domain.metrics import METRICS
from efir.docs.__main__ import outdated
from efir.docs.settings import TITLES, settings_of

ROOT = Path(__file__).parent.parent


def test_generated_documents_are_what_the_code_says() -> None:
    assert outdated() == [], "run `make docs`"


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_event_has_its_section_its_schema_and_an_example_of_its_words(name: str) -> None:
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert "Stated by" in section
    assert "Natural key" in section
    schema = json.loads((ROOT / "docs" / "events.schema.json").read_text(encoding="utf-8"))
    assert name in {choice["title"] for choice in schema["oneOf"]}


def test_every_metric_is_defined_in_both_languages() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    for metric in METRICS:
        assert metric.definition["en"] in page
        assert metric.definition["ru"] in page


@pytest.mark.parametrize("settings", TITLES.values(), ids=lambda cls: cls.__module__)
def test_every_setting_has_a_meaning_and_stands_in_the_example_and_the_page(settings: type[BaseSettings]) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in settings_of(settings):
        assert setting.meaning, setting.name
        assert f"\n#{setting.name}=" in example
        assert f"`{setting.name}`" in page


@pytest.mark.parametrize("settings", TITLES.values(), ids=lambda cls: cls.__module__)
def test_the_example_loads_with_every_line_uncommented_and_says_the_defaults(
    settings: type[BaseSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    said = dotenv_values(stream=io.StringIO(re.sub(r"^#(?=[A-Z_]+=)", "", example, flags=re.MULTILINE)))
    assert {setting.name for setting in settings_of(settings)} <= set(said)
    for name in said:
        monkeypatch.delenv(name, raising=False)
    defaults = settings()
    for name, value in said.items():
        monkeypatch.setenv(name, value or "")
    assert settings() == defaults


def test_every_name_the_code_reads_from_the_environment_is_a_setting_or_internal() -> None:
    internal = {"EFIR_NOTIFIER_FAILPOINT", "EFIR_FAILPOINT", "EFIR_WAREHOUSE_FAILPOINT"}
    declared = {setting.name for cls in TITLES.values() for setting in settings_of(cls)}
    read: set[str] = set()
    for floor in ("app", "efir", "notifier", "pipelines", "warehouse"):
        for path in (ROOT / floor).rglob("*.py"):
            read |= set(re.findall(r"environ(?:\.get\(|\[)\s*[\"'](EFIR_\w+)", path.read_text(encoding="utf-8")))
    assert read - declared - internal == set()


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
