"""`docs/settings.md` and `.env.example`, from the settings classes of every process."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import AliasChoices, SecretStr
from pydantic_settings import BaseSettings

from app.settings import Settings as AppSettings
from efir.settings import Settings as HouseSettings
from notifier.settings import Settings as NotifierSettings
from pipelines.settings import Settings as PipelinesSettings
from warehouse.settings import Settings as WarehouseSettings

INTRODUCTION = """# Settings

Read from the environment, and by `efir` and `make` also from a file `.env` in the folder they are called in
([.env.example](../.env.example) is a start). Written from the code by `make docs`. Every setting has a default.
"""
TITLES: dict[str, type[BaseSettings]] = {
    "The warehouse (and where everything lives)": WarehouseSettings,
    "The app": AppSettings,
    "Dagster and the reaction": PipelinesSettings,
    "The notifier": NotifierSettings,
    "The first start": HouseSettings,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One name in the environment."""

    name: str
    default: str
    meaning: str


def settings_of(cls: type[BaseSettings]) -> Iterator[Setting]:
    """What a class reads from the environment, in order of declaration."""
    for field_name, field in cls.model_fields.items():
        alias = field.validation_alias
        own = alias.choices[0] if isinstance(alias, AliasChoices) else alias
        name = str(own or f"{cls.model_config.get('env_prefix', '')}{field_name}").upper()
        value = field.get_default(call_default_factory=True)
        shown = value.get_secret_value() if isinstance(value, SecretStr) else value
        yield Setting(name, "" if shown is None else _plain(shown), field.description or "")


def sections() -> dict[str, list[Setting]]:
    """Settings by who reads them; each stands where it is declared first."""
    seen: set[str] = set()
    result: dict[str, list[Setting]] = {}
    for title, cls in TITLES.items():
        fresh = [setting for setting in settings_of(cls) if setting.name not in seen]
        seen.update(setting.name for setting in fresh)
        result[title] = fresh
    return {title: rows for title, rows in result.items() if rows}


def markdown() -> str:
    """The page."""
    parts = [INTRODUCTION]
    for title, rows in sections().items():
        lines = [f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.meaning} |" for row in rows]
        parts.append(f"## {title}\n\n| name | default | meaning |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def env_example() -> str:
    """A `.env` with every setting, commented out at its default."""
    lines = ["# Copy to .env and change what you need; what stays commented has the value shown. See docs/settings.md."]
    for title, rows in sections().items():
        lines += ["", f"# --- {title}"]
        for row in rows:
            lines += [f"# {row.meaning}", f"#{row.name}={row.default}"]
    return "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    """The value as the environment is read: lists and the like are JSON there."""
    if isinstance(value, bool | tuple | list | dict):
        return json.dumps(value)
    return value.as_posix() if isinstance(value, Path) else str(value)
