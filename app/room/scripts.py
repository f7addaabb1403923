"""Saved scripts as the room plays them and the studio shows them: the version, with the words that lie in `people`."""

from dataclasses import dataclass
from functools import partial

from app.room.talk import first_name
from app.shared import warehouse
from domain.events import ScriptEntry
from domain.script import GUEST, filled
from warehouse.interface import Personal
from warehouse.reads import scripts


@dataclass(frozen=True, slots=True)
class Script:
    """One version, ready to play: words of people who were forgotten are not in it."""

    revision: int
    entries: tuple[ScriptEntry, ...]
    texts: dict[tuple[str, str], str]
    """The words by whose they are and their reference."""
    names: dict[tuple[str, str], str]
    """First names of those who are called by their own, by lead id and ""; by a line's reference for who wrote it
    from a browser that did not know them (decision 0012)."""


async def saved(webinar_id: str, revision: int | None = None) -> Script | None:
    """A saved version, the newest without a number; None when there is none. Raises WarehouseError."""
    found = await warehouse.get().run(partial(scripts.version, revision=revision), webinar_id)
    if found is None:
        return None
    texts, names = await words(found.entries)
    return Script(found.revision, filled(found.entries, texts, names), texts, names)


async def words(entries: tuple[ScriptEntry, ...]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """The words and first names the entries refer to, as far as they still exist. Raises WarehouseError."""
    subjects = sorted({entry.subject_id for entry in entries if entry.subject_id})
    if not subjects:
        return {}, {}
    rows = await warehouse.get().people(subjects, (Personal.CHAT_TEXT, Personal.NAME, Personal.GUEST_NAME))
    texts = {(row.subject_id, row.ref): row.value for row in rows if row.kind is Personal.CHAT_TEXT}
    named = [row for row in rows if row.kind in {Personal.NAME, Personal.GUEST_NAME}]
    return texts, {(row.subject_id, row.ref): first_name(row.value) or GUEST for row in named}
