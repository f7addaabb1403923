"""What waits in the lanes: planned messages with the attempt to make next, and answers to commands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from domain.events import Fact, MessagePlanned
from notifier.lanes import Priority
from notifier.messages import Rendered

LIVE_TEMPLATES = frozenset({"live_now", "live_now_5m"})
"""Messages that lose their sense by the minute: first in the lanes."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A planned message and the number of the attempt to make next."""

    fact: Fact
    planned: MessagePlanned
    attempt: int = 1

    @classmethod
    def of(cls, fact: Fact, attempt: int = 1) -> "Pending":
        """From a `message_planned` fact."""
        return cls(fact, fact.as_event(MessagePlanned), attempt)

    @property
    def subject(self) -> str:
        """Whose chat it goes to."""
        owners = {"candidate": self.fact.lead_id, "partner": self.planned.partner_id, "staff": self.planned.staff_id}
        return owners[self.planned.recipient] or ""

    @property
    def kept_under(self) -> str:
        """Whose personal data its text is: the lead's it names, even when a partner reads it, and goes with them."""
        return (self.planned.staff_id if self.planned.recipient == "staff" else self.fact.lead_id) or ""

    @property
    def priority(self) -> Priority:
        """Its place in the lanes."""
        if self.planned.template in LIVE_TEMPLATES:
            return Priority.LIVE_NOW
        return Priority[self.planned.message_class.upper()]


@dataclass(frozen=True, slots=True)
class Letter:
    """A planned message as it will be sent. `private` are values that must not show up in an error's text."""

    message: Rendered
    language: Literal["ru", "en"]
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a command: through the same lanes, but no scenario message and not in the log.

    A dry run keeps the text under `subject` and `ref`; `done` is called once the answer is settled.
    """

    message: Rendered
    subject: str
    ref: str
    done: Callable[[], None]
    attempt: int = 1
