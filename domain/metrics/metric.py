"""What a metric is: one number's name and meaning, in both languages."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["seconds", "people", "percent", "count", "moment", "text", "points", "money"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What one number means, in both languages."""

    slug: str
    label: dict[str, str]
    unit: Unit
    definition: dict[str, str]


def metric(slug: str, unit: Unit, labels: tuple[str, str], ru: str, en: str) -> Metric:
    """A metric from its labels and definitions, Russian first."""
    return Metric(slug, {"ru": labels[0], "en": labels[1]}, unit, {"ru": ru, "en": en})
