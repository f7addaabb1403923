"""What a select offers: a value and its label, perhaps the moment it is of."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One option."""

    value: str
    label: str


@dataclass(frozen=True)
class SessionChoice:
    """One session: the webinar's title, and when it begins (ISO)."""

    value: str
    label: str
    at: str


def partners_by_name(names: Mapping[str, str]) -> list[Choice]:
    """Partners as choices; of one without a name the id."""
    return [Choice(partner_id, name or partner_id) for partner_id, name in names.items()]
