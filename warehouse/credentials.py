"""Who may append which facts: one credential a process, bound to emitters. The allow-list follows from it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import pyarrow as pa

from domain.events import CATALOGUE, Emitter

Process = Literal["app", "pipelines", "notifier", "admin"]
PROCESSES: tuple[Process, ...] = get_args(Process)

GRANTS: dict[Process, frozenset[Emitter]] = {
    "app": frozenset(
        {
            Emitter.WEB_FORM,
            Emitter.TELEGRAM_BOT,
            Emitter.COLLECT_API,
            Emitter.IMPORT,
            Emitter.TRACKER,
            Emitter.STUDIO,
            Emitter.CRM,
            Emitter.CORE,
        }
    ),
    "pipelines": frozenset(
        {
            Emitter.CORE,
            Emitter.SCENARIO_SERVICE,
            Emitter.ATTENDANCE_SERVICE,
            Emitter.POST_WEBINAR_ROUTER,
            Emitter.SCHEDULER,
            Emitter.CRM,
        }
    ),
    "notifier": frozenset({Emitter.NOTIFIER, Emitter.TELEGRAM_BOT, Emitter.CORE}),
    "admin": frozenset(Emitter),
}


@dataclass(frozen=True)
class Credential:
    """A process and the emitters it may speak for."""

    process: str
    emitters: frozenset[Emitter]

    @classmethod
    def of(cls, process: Process) -> "Credential":
        """The credential of one of our processes."""
        return cls(process, GRANTS[process])

    @cached_property
    def statements(self) -> "pa.Array[Any]":
        """Every `emitter|event name` this credential may state, as Arrow: the log checks columns with it."""
        pairs = [f"{emitter}|{name}" for name, event in CATALOGUE.items() for emitter in event.emitters & self.emitters]
        return pa.array(sorted(pairs), pa.string())
