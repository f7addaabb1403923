"""The chat of one room in memory: the lines said lately, whose they are, the pinned one, what is still to be told.

A line keeps the instant it was said (`said`, Unix milliseconds) and is ordered by it. Its second of the session (`at`)
is worked out whenever it is told: going on air sets the session's clock anew, and what was said before stays before.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.room import script
from app.room.stage import millis
from domain.events import ScriptEntry, WebinarConfigured
from domain.script import of_definition
from warehouse.reads.room import ChatLine

KEPT = 200
QUOTED = 120
"""Characters of a line that an answer to it shows."""

Line = dict[str, Any]


@dataclass(slots=True)
class Talk:
    """What was said in one room."""

    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=KEPT))
    authors: dict[str, str] = field(default_factory=dict)
    """Lead id by line id: everybody is told which lines are theirs, nobody whose the others are."""
    shadows: set[str] = field(default_factory=set)
    """Lines only their author sees."""
    pinned: Line | None = None
    """The line that was pinned last: it outlives the lines said after it."""
    script: tuple[ScriptEntry, ...] | None = None
    """The saved script; without one the lines the webinar was configured with play."""
    _configured: tuple[WebinarConfigured, tuple[ScriptEntry, ...]] | None = None
    _fresh: list[Line] = field(default_factory=list)

    def say(self, line: Line, lead_id: str, *, is_shadow: bool = False) -> None:
        """A line of the chat, told to everybody at the next tick; a muted guest's only to themselves."""
        self.recall(line, lead_id, is_shadow=is_shadow)
        if not is_shadow:
            self._fresh.append(line)

    def recall(self, line: Line, lead_id: str, *, is_shadow: bool = False) -> None:
        """A line that was said already."""
        if is_shadow:
            self.shadows.add(line["id"])
        if len(self.lines) == self.lines.maxlen:
            self.authors.pop(self.lines[0]["id"], None)
            self.shadows.discard(self.lines[0]["id"])
        self.lines.append(line)
        self.authors[line["id"]] = lead_id

    def release(self, line_id: str) -> None:
        """A line that was held is for everybody from now on."""
        if line_id in self.shadows and (line := self.said(line_id)):
            self.shadows.discard(line_id)
            self._fresh.append(line)

    def fresh(self) -> list[Line]:
        """What was said since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def said(self, line_id: str) -> Line | None:
        """A line that was said lately."""
        return next((line for line in reversed(self.lines) if line["id"] == line_id), None)

    def find(self, line_id: str | None, definition: WebinarConfigured) -> Line | None:
        """A line, said or prepared."""
        if line_id is None:
            return None
        is_pinned = self.pinned is not None and self.pinned["id"] == line_id
        entries = (entry for entry in self.entries(definition) if entry.kind == "line" and entry.entry_id == line_id)
        prepared = (script.line_frame(entry, is_told=definition.is_script_disclosed) for entry in entries)
        return (self.pinned if is_pinned else self.said(line_id)) or next(prepared, None)

    def entries(self, definition: WebinarConfigured) -> tuple[ScriptEntry, ...]:
        """What plays by itself, in the order of the clock."""
        if self.script is not None:
            return self.script
        if self._configured is None or self._configured[0] is not definition:
            self._configured = (definition, of_definition(definition))
        return self._configured[1]

    def pin(self, line_id: str | None, definition: WebinarConfigured) -> Line | None:
        """The pinned line itself, kept from now on."""
        if line_id is None or self.pinned is None or self.pinned["id"] != line_id:
            self.pinned = self.find(line_id, definition)
        return self.pinned

    def keep(self, line_id: str | None) -> None:
        """A line is being pinned: it is kept before others push it out."""
        self.pinned = (self.said(line_id) if line_id else None) or self.pinned

    def quote(self, line_id: str | None, definition: WebinarConfigured) -> dict[str, Any]:
        """What an answer shows of the line it answers; nothing of it when it is not known any more."""
        if line_id is None:
            return {}
        line = self.find(line_id, definition)
        quoted = {"author": line["author"], "text": line["text"][:QUOTED]} if line else {}
        is_host = {"host": True} if line and line.get("host") else {}
        return {"reply": {"id": line_id, **quoted, **is_host}}

    def own_shadows(self, lead_id: str) -> list[Line]:
        """Lines of a muted guest: they go on seeing them."""
        return [line for line in self.lines if line["id"] in self.shadows and self.authors.get(line["id"]) == lead_id]


def placed(line: Mapping[str, Any], zero: int) -> Line:
    """The line with its instant and its second of the session; `zero` is where the session's clock starts, in ms."""
    if "said" in line:
        return {**line, "at": round((line["said"] - zero) / 1000, 1)}
    return {**line, "said": zero + round(line["at"] * 1000)}


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By the instant they were said; what was said at once stays as it came."""
    return sorted(lines, key=lambda line: int(line["said"]))


def without(line: Line, is_gone: Callable[[str], bool]) -> Line:
    """The line with nothing of a deleted line it answers."""
    reply = line.get("reply")
    return {**line, "reply": {"id": reply["id"]}} if reply and is_gone(reply["id"]) else line


def told_line(line: ChatLine, definition: WebinarConfigured) -> dict[str, Any]:
    """A stored line as the chat shows it."""
    author = {"author": first_name(line.name)} if line.lead_id else {"author": definition.host_name, "host": True}
    return {"id": line.action_id, "text": line.text, "said": millis(line.said_at), **author}


def first_name(name: str) -> str:
    """The name a lead is shown under; "" for who told us none: pages say «guest» in their own language."""
    return (name.split() or [""])[0][:40]
