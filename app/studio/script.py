"""/studio/webinars/<id>/script: what comes by itself in the webinar's AUTO sessions, as a table one can edit.

Edits gather in a draft; saving makes a version. Undoing is saving an older version again.
"""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from app.room.scripts import Script
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk, script_form, script_versions, script_view
from app.studio.choices import Choice
from app.studio.desk import HOSTS, READERS, Desk
from app.studio.forms import Complaints, short_id
from domain.events import ScriptEntry
from domain.script import at_second, faults, in_order, moved
from domain.script_files import clock_seconds, clock_text, row_of
from warehouse.interface import WarehouseError
from warehouse.reads import scripts as saved_scripts

PAGE_ROWS = 50
BLANK_ROW = {"time": "", "kind": "line", "author": "", "text": "", "options": "", "target": ""}


@dataclass(frozen=True)
class EntryRow:
    """One entry of the table, in words."""

    entry_id: str
    time: str
    kind: str
    kind_words: str
    author: str
    text: str
    options: str
    target: str
    fault: str
    is_recorded: bool


@dataclass(frozen=True)
class VersionRow:
    """One version of the history."""

    revision: int
    saved_at: str
    by: str
    origin: str
    size: int


@dataclass(frozen=True)
class PreviewLine:
    """A line of the preview."""

    author: str
    text: str


class ScriptPage(Desk):
    """The script of one webinar."""

    current_id: str = ""
    title: str = ""
    is_missing: bool = False
    revision: int = 0
    """The version the draft is made of; 0: none was saved yet."""
    is_changed: bool = False
    rows: list[EntryRow] = []
    page: int = 1
    pages: int = 1
    total: int = 0
    troubled: int = 0
    """Entries that would not work when they play."""
    editing: str = ""
    """The entry whose form is open; `new` for a new one."""
    values: dict[str, str] = dict(BLANK_ROW)
    wrong: dict[str, str] = dict.fromkeys(BLANK_ROW, "")
    targets: list[Choice] = []
    versions: list[VersionRow] = []
    has_preview: bool = False
    preview_time: str = ""
    preview_lines: list[PreviewLine] = []
    preview_pinned: str = ""
    preview_poll: str = ""
    preview_offers: list[str] = []
    wrong_shift: str = ""
    wrong_preview: str = ""
    form_key: int = 0
    _draft: tuple[ScriptEntry, ...] = ()
    _base: Script | None = None
    _source: str = "edited"
    """What the draft would be saved as."""

    @rx.event
    async def opened(self) -> None:
        """Show the newest version."""
        if not await self._may(*READERS):
            return
        self.current_id = self.router.url.path.rstrip("/").split("/")[-2]
        await self._load(None)

    @rx.event
    async def turn(self, by: int) -> None:
        """Another page of the table."""
        if await self._may(*READERS):
            self.page += by
            await self._show()

    @rx.event
    async def edit(self, entry_id: str) -> None:
        """Open the form of an entry, `new` for a new one; "" closes it."""
        if not await self._may(*HOSTS):
            return
        self.editing, self.wrong = entry_id, dict.fromkeys(BLANK_ROW, "")
        found = next((entry for entry in self._draft if entry.entry_id == entry_id), None)
        self.values = script_form.filled(found) if found else dict(BLANK_ROW)
        self.form_key += 1

    @rx.event
    async def keep(self, typed: dict[str, Any]) -> None:
        """Take the form's entry into the draft, or say what is wrong with it."""
        if not await self._may(*HOSTS):
            return
        before = next((entry for entry in self._draft if entry.entry_id == self.editing), None)
        try:
            entry = script_form.entry_of(typed, before, new_id=short_id())
        except Complaints as found:
            self.values = {name: str(typed.get(name) or "") for name in BLANK_ROW}
            self.wrong = dict.fromkeys(BLANK_ROW, "") | {
                name: self._text(f"script.wrong.{code}") for name, code in found.fields.items()
            }
            return
        others = (other for other in self._draft if other.entry_id != entry.entry_id)
        self._draft = in_order([*others, entry])
        self._touch()
        self.page = self._draft.index(entry) // PAGE_ROWS + 1
        await self._show()

    @rx.event
    async def remove(self, entry_id: str) -> None:
        """Take an entry out of the draft."""
        if await self._may(*HOSTS):
            self._draft = tuple(entry for entry in self._draft if entry.entry_id != entry_id)
            self._touch()
            await self._show()

    @rx.event
    async def shift(self, typed: dict[str, Any]) -> None:
        """Move everything by so many seconds."""
        if not await self._may(*HOSTS):
            return
        text = str(typed.get("seconds") or "").strip().replace("−", "-")
        seconds = clock_seconds(text.removeprefix("-").removeprefix("+"))
        self.wrong_shift = "" if seconds is not None else self._text("script.wrong.not_a_time")
        if seconds is None:
            return
        self._draft, lost = moved(self._draft, -seconds if text.startswith("-") else seconds)
        self._touch()
        self.form_key += 1
        await self._show()
        self.notice = self._text("script.shifted", lost=lost)

    @rx.event
    async def look(self, typed: dict[str, Any]) -> None:
        """What somebody who comes at this second finds."""
        if not await self._may(*READERS):
            return
        second = clock_seconds(str(typed.get("at") or ""))
        self.wrong_preview = "" if second is not None else self._text("script.wrong.not_a_time")
        if second is None:
            return
        seen = at_second(self._draft, second)
        names = {choice.value: choice.label for choice in self.targets}
        self.has_preview, self.preview_time = True, clock_text(second)
        self.preview_lines = [PreviewLine(line.author, line.text) for line in seen.lines]
        self.preview_pinned = f"{seen.pinned.author}: {seen.pinned.text}" if seen.pinned else ""
        self.preview_offers = [names.get(offer, offer) for offer in seen.offers]
        self.preview_poll = ""
        if seen.poll:
            question, answers = row_of(seen.poll)[3:5]
            state = self._text("script.poll_open" if seen.is_poll_open else "script.poll_closed")
            self.preview_poll = f"{question} ({answers}) — {state}"

    @rx.event
    async def save(self) -> None:
        """Save the draft as a version."""
        account = await self._may(*HOSTS)
        webinar = (await schedule.refresh()).webinars.get(self.current_id)
        if account is None or webinar is None or self._base is None:
            return
        try:
            await script_versions.save(
                webinar, self._draft, base=self._base, origin=self._source, by=account.email, now=desk.now()
            )
        except Complaints as found:
            self.complaint = self._text(f"script.wrong.{found.fields['script']}")
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._load(None)
        self.notice = self._text("script.saved", revision=self.revision)

    @rx.event
    async def open_version(self, revision: int) -> None:
        """Show an older version; it plays again once it is saved."""
        if await self._may(*READERS):
            await self._load(revision)
            self.notice = self._text("script.opened", revision=revision)

    def _touch(self) -> None:
        """The draft is no saved version any more."""
        self.editing, self.is_changed, self._source = "", True, "edited"

    async def _load(self, revision: int | None) -> None:
        webinar = (await schedule.refresh()).webinars.get(self.current_id)
        self.is_missing = webinar is None
        if webinar is None:
            return
        try:
            self._base = await script_versions.current(webinar, revision)
            history = await warehouse.get().run(saved_scripts.versions, webinar.webinar_id)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        newest = history[0].revision if history else 0
        self._draft, self.revision = self._base.entries, self._base.revision
        self._base = replace(self._base, revision=newest)
        self.is_changed = self.revision != newest
        self._source = f"revision:{self.revision}" if self.is_changed else "edited"
        self.editing, self.page, self.has_preview = "", 1, False
        self.versions = [
            VersionRow(v.revision, v.saved_at.isoformat(), v.by, self._origin(v.origin), v.entries) for v in history
        ]
        await self._show()

    def _origin(self, origin: str) -> str:
        kind, _, what = origin.partition(":")
        return self._text(f"script.origin.{kind or 'edited'}", what=what)

    async def _show(self) -> None:
        webinar = schedule.current().webinars.get(self.current_id)
        if webinar is None:
            return
        self.title = texts.localised(webinar.definition.title, self.lang)
        polls = {e.poll.poll_id: row_of(e)[3] for e in self._draft if e.poll}
        self.targets = [
            *(Choice(o.offer_id, texts.localised(o.title, self.lang)) for o in webinar.definition.offers),
            *(Choice(poll_id, question) for poll_id, question in polls.items()),
        ]
        names = {choice.value: choice.label for choice in self.targets}
        names |= {
            entry.entry_id: texts.translate(self.lang, "common.quoted", text=entry.text[:60])
            for entry in self._draft
            if entry.kind == "line"
        }
        found = faults(self._draft, webinar.definition)
        self.total, self.troubled = len(self._draft), len(found)
        self.pages = max(1, -(-self.total // PAGE_ROWS))
        self.page = min(max(1, self.page), self.pages)
        start = (self.page - 1) * PAGE_ROWS
        self.rows = [
            self._row(entry, names, found.get(entry.entry_id, "")) for entry in self._draft[start : start + PAGE_ROWS]
        ]

    def _row(self, entry: ScriptEntry, names: dict[str, str], fault: str) -> EntryRow:
        time, kind, author, text, answers, target, entry_id = row_of(entry)
        shown = names.get(target, target) if entry.kind not in {"line", "poll_open"} else ""
        return EntryRow(
            entry_id=entry_id,
            time=time,
            kind=kind,
            kind_words=self._text(f"script.kind.{kind}"),
            author=author,
            text=text or shown,
            options=answers,
            target=target,
            fault=self._text(f"script.fault.{fault}") if fault else "",
            is_recorded=entry.subject_id is not None,
        )


PAGES = [
    Route(
        "/studio/webinars/[webinar_id]/script",
        lambda: script_view.view(ScriptPage),
        title="title.script",
        on_load=ScriptPage.opened,
    )
]
