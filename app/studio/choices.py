"""What a select offers: a value and its label."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One option."""

    value: str
    label: str
