"""What a select offers: a value and its label, perhaps the moment it is of."""

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
