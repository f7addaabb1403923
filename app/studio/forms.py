"""Reading what staff typed: texts, lengths, numbers, with a complaint a field. What the fields mean lives elsewhere."""

import dataclasses
import datetime as dtm
import re
import secrets
from collections.abc import Mapping

DURATION = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
LONGEST = dtm.timedelta(hours=12)
CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "ts",
            "ch",
            "sh",
            "sch",
            "_",
            "y",
            "_",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


@dataclasses.dataclass(frozen=True)
class Complaints(Exception):  # noqa: N818 - what is wrong with a form, field by field
    """Codes of what is wrong by the name of the field; the texts are under `studio.wrong.<code>`."""

    fields: Mapping[str, str]


def slug_of(title: str) -> str:
    """An address made from a title: Latin letters, digits and hyphens."""
    latin = "".join(CYRILLIC.get(letter, letter) for letter in title.casefold()).replace("_", "")
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60].strip("-")


def seconds_of(text: str) -> int | None:
    """Seconds of `45` (minutes), `12:30` or `1:02:03`; None if it is none of these."""
    text = text.strip()
    if text.isdecimal():
        return int(text) * 60
    found = DURATION.fullmatch(text)
    if not found or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):  # noqa: PLR2004 - sixty to a minute
        return None
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


def short_id() -> str:
    """Ten random characters of base32, lower case."""
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(10))


class Reader:
    """Takes a form apart, collecting every complaint instead of stopping at the first. Fields come stripped."""

    def __init__(self, form: Mapping[str, object]) -> None:
        """`wrong` collects a code a field."""
        self.form = {name: str(value).strip() if value is not None else "" for name, value in form.items()}
        self.wrong: dict[str, str] = {}

    def text(self, name: str, *, most: int = 200, required: bool = False) -> str:
        """A text of at most `most` characters."""
        value = self.form.get(name, "")
        if required and not value:
            self.wrong[name] = "required"
        elif len(value) > most:
            self.wrong[name] = "too_long"
        return value

    def both(self, name: str, *, most: int = 200, required: bool = False) -> dict[str, str]:
        """A text in both languages; only Russian is required."""
        found = {"ru": self.text(f"{name}_ru", most=most, required=required), "en": self.text(f"{name}_en", most=most)}
        return {language: value for language, value in found.items() if value}

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.form.get(name, "").lower() in {"on", "true", "1", "yes"}

    def seconds(self, name: str, *, required: bool = False) -> int | None:
        """A length or position: minutes, mm:ss or h:mm:ss."""
        value = self.text(name, required=required)
        found = seconds_of(value) if value else None
        if value and found is None:
            self.wrong[name] = "not_a_duration"
        elif found is not None and found > LONGEST.total_seconds():
            self.wrong[name] = "too_long_duration"
        return found

    def number(self, name: str, *, least: float, most: float, default: float) -> float:
        """A number between two, or the default if nothing was typed."""
        value = self.text(name).replace(",", ".")
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            number = most + 1
        if not least <= number <= most:
            self.wrong[name] = "out_of_range"
            return default
        return number

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of a few values; the first one if nothing was chosen."""
        value = self.form.get(name) or allowed[0]
        if value not in allowed:
            self.wrong[name] = "required"
            return allowed[0]
        return value
