"""/studio/scenarios/texts: every message's text, its versions, what it looks like, experiments with two wordings."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from app.access.accounts import Account
from app.shared import schedule, warehouse
from app.shared.route import Route
from app.studio import desk
from app.studio.desk import MARKETERS, READERS, Desk
from app.studio.scenarios import drafts, editor_view
from app.studio.scenarios.drafts import ButtonLine, ResultLine, Seen, TemplateLine, Version
from domain.events import TextButton
from domain.message_text import TextError, check
from domain.saved_texts import SavedText, SavedTexts
from warehouse.interface import WarehouseError
from warehouse.reads import experiments


class Texts(Desk):
    """The list of templates."""

    lines: list[TemplateLine] = []

    @rx.event
    async def opened(self) -> None:
        """List every template with the text in force."""
        if not await self._may(*READERS):
            return
        self.lines = drafts.lines((await schedule.refresh()).texts, self.lang)


class Editor(Desk):
    """One template in one language and variant."""

    template: str = ""
    label: str = ""
    written_in: str = "ru"
    variant: str = "a"
    source: str = ""
    buttons: list[ButtonLine] = []
    form_key: str = ""
    wrong: str = ""
    seen: list[Seen] = []
    versions: list[Version] = []
    results: list[ResultLine] = []
    sent: list[int] = [0, 0]
    has_experiment: bool = False
    is_missing: bool = False

    @rx.event
    async def opened(self) -> None:
        """The template of the address, in the reader's language."""
        if not await self._may(*READERS):
            return
        self.template = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.label = drafts.label_of(self.template, self.lang)
        self.is_missing = not self.label
        self.written_in, self.variant = self.lang, "a"
        if not self.is_missing:
            await self._show()

    @rx.event
    async def pick(self, language: str, variant: str) -> None:
        """Another language or variant."""
        if not await self._may(*READERS):
            return
        if language in drafts.LANGUAGES and variant in drafts.VARIANTS and self.label:
            self.written_in, self.variant = language, variant
            await self._show()

    @rx.event
    async def try_out(self, source: str) -> None:
        """What the typed text looks like, or what is wrong with it. Keeps nothing."""
        if not await self._may(*READERS) or not self.label:
            return
        saved = (await schedule.refresh()).texts
        self._see(source, drafts.buttons_of(saved, self.template, self.written_in, self.variant))

    @rx.event
    async def save(self, typed: dict[str, Any]) -> None:
        """Make the typed text the current one, or say what is wrong with it."""
        if account := await self._may(*MARKETERS):
            await self._state(account, str(typed.get("text", "")), "saved", typed)

    @rx.event
    async def restore(self, revision: int) -> None:
        """An earlier version becomes the current one again, as a new version; 0 is the shipped text."""
        account = await self._may(*MARKETERS)
        if not account:
            return
        saved = (await schedule.refresh()).texts
        history = saved.history(self.template, self.written_in, self.variant)
        version = next((one for one in history if one.revision == revision), None)
        await self._state(account, version.text if version else None, "restored", version)

    @rx.event
    async def end_experiment(self) -> None:
        """No new messages with variant b."""
        if account := await self._may(*MARKETERS):
            self.variant = "b"
            await self._state(account, None, "ended")

    async def _state(
        self, account: Account, source: str | None, done: str, like: dict[str, Any] | SavedText | None = None
    ) -> None:
        """Save a text with the buttons of the filled form, or of an earlier version."""
        if not self.label:
            return
        saved = (await schedule.refresh()).texts
        place = (self.template, self.written_in, self.variant)
        try:
            buttons = like.buttons if isinstance(like, SavedText) else drafts.typed_buttons(like or {}, self.template)
            fact = drafts.saved_fact(saved, place, source, buttons, by=account.email, now=desk.now())
            [receipt] = await warehouse.get().append([fact], quarantine=False)
        except TextError as error:
            self._refuse(source or "", error)
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        if receipt.status == "conflict":
            self.complaint = self._text("scenarios.texts_page.conflict")
            return
        if done == "ended":
            self.variant = "a"
        await self._show()
        self.notice = self._text(f"scenarios.texts_page.done.{done}")

    def _refuse(self, source: str, error: TextError) -> None:
        self.source, self.wrong = source, drafts.complaint(error, self.lang)

    def _see(self, source: str, buttons: Sequence[TextButton]) -> None:
        self.source, self.wrong = source, ""
        try:
            check(source, "en" if self.written_in == "en" else "ru")
            self.seen = drafts.seen(source, buttons, self.written_in, self.lang)
        except TextError as error:
            self.wrong = drafts.complaint(error, self.lang)

    async def _show(self) -> None:
        saved = (await schedule.refresh()).texts
        place = (self.template, self.written_in, self.variant)
        buttons = drafts.buttons_of(saved, *place)
        self._see(drafts.source_of(saved, *place), buttons)
        self.buttons = drafts.button_lines(buttons, self.template, self.lang)
        self.versions = drafts.versions(saved, self.template, self.written_in, self.variant, self.lang)
        newest = self.versions[0].revision if self.versions else 0
        self.form_key = f"{self.template}:{self.written_in}:{self.variant}:{newest}"
        await self._compare(saved)

    async def _compare(self, saved: SavedTexts) -> None:
        since = saved.compared_since(self.template, self.written_in)
        self.has_experiment, self.results, self.sent = since is not None, [], [0, 0]
        if since is not None:
            found = await warehouse.get().run(
                experiments.results, self.template, self.written_in, since=since, now=desk.now()
            )
            self.results = drafts.result_lines(found, self.lang)
            self.sent = [found["a"].sent, found["b"].sent]


PAGES = [
    Route("/studio/scenarios/texts", lambda: editor_view.listing(Texts), title="title.texts", on_load=Texts.opened),
    Route(
        "/studio/scenarios/texts/[template]",
        lambda: editor_view.view(Editor),
        title="title.text",
        on_load=Editor.opened,
    ),
]
