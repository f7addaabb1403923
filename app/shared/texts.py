"""The catalogue of everything the app says, in Russian and English: `app/texts/*.toml`. No text is written elsewhere.

A file is named `ru.toml` or `<part>_ru.toml`; its tables nest into dotted keys (`landing.submit`).
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
DEFAULT: Language = "ru"
FOLDER = Path(__file__).parent.parent / "texts"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every text of a language by its dotted key. Raises ValueError when two files define the same key."""
    found: dict[str, str] = {}
    for path in sorted([*FOLDER.glob(f"{language}.toml"), *FOLDER.glob(f"*_{language}.toml")]):
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in found:
                raise ValueError(f"{path.name} defines {key!r} a second time.")
            found[key] = text
    return found


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


def translate(language: str, key: str, **values: object) -> str:
    """The text of a key with its `{placeholders}` filled in. Raises KeyError for a key nobody wrote."""
    text = catalogue(language if language in LANGUAGES else DEFAULT)[key]
    return text.format(**values) if values else text


def section(language: str, *prefixes: str) -> dict[str, str]:
    """The texts whose keys start with one of the prefixes: what a page hands to the browser."""
    chosen = catalogue(language if language in LANGUAGES else DEFAULT)
    return {key: text for key, text in chosen.items() if key.startswith(tuple(f"{prefix}." for prefix in prefixes))}


def localised(texts: Mapping[str, str], language: str) -> str:
    """The best of a text kept per language: the asked one, else Russian, else any."""
    return texts.get(language) or texts.get(DEFAULT) or next((text for text in texts.values() if text), "")


def preferred(query: str, cookie: str, accept_language: str) -> Language:
    """The language of a visitor: asked in the address, chosen earlier, or the browser's; else Russian."""
    for wish in (query, cookie):
        if wish in LANGUAGES:
            return wish
    return _accepted(accept_language)


def _accepted(header: str) -> Language:
    ranked: list[tuple[float, Language]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            ranked.append((_weight(weight), language))
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else DEFAULT


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
