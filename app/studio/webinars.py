"""/studio/webinars and the form behind it: every webinar, and making or changing one."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.settings import Settings
from app.shared import schedule, warehouse, zones
from app.shared.route import Route
from app.studio import beside, desk, webinars_view
from app.studio.cards import WebinarCard, webinar_card
from app.studio.desk import HOSTS, READERS, Desk
from app.studio.forms import Complaints
from app.studio.webinar_form import BLANK, as_typed, configured, filled, merged
from warehouse.interface import WarehouseError
from warehouse.reads import studio


class Webinars(Desk):
    """The list."""

    cards: list[WebinarCard] = []

    @rx.event
    async def opened(self) -> None:
        """List every webinar, those with the nearest session first."""
        if not await self._may(*READERS):
            return
        plan, moment = await schedule.refresh(), desk.now()
        numbers = await warehouse.get().run(studio.session_numbers)
        cards = [webinar_card(w, plan, numbers, language=self.lang, now=moment) for w in plan.webinars.values()]
        self.cards = sorted(cards, key=lambda card: (card.next_at or "9999", card.title))


class WebinarForm(Desk):
    """Making a webinar, or changing one."""

    is_new: bool = True
    current_id: str = ""
    is_missing: bool = False
    values: dict[str, str] = dict(BLANK)
    wrong: dict[str, str] = dict.fromkeys(BLANK, "")
    """A sentence for each field that was refused."""
    form_key: str = "blank"
    """Names what the form was filled with: the browser takes new values, and a reconnect keeps what was typed."""
    offers: list[dict[str, str]] = []
    polls: list[dict[str, str]] = []
    media_files: list[str] = []
    zones: list[str] = []
    _opened: dict[str, str] = {}
    """Every field as the form was filled: what of it is typed unchanged is no wish to change it."""

    @rx.event
    async def opened(self) -> None:
        """Fill the form: with a webinar's values, or with the defaults."""
        if not await self._may(*HOSTS):
            return
        plan, editing = await schedule.refresh(), self._editing()
        webinar = plan.webinars.get(editing)
        self.current_id = editing
        self.is_new, self.is_missing = not editing, bool(editing) and webinar is None
        self.values = filled(webinar.definition) if webinar else dict(BLANK)
        self._opened = as_typed(webinar.definition) if webinar else {}
        self.wrong = dict.fromkeys(BLANK, "")
        self.offers = [beside.offer_row(offer) for offer in webinar.definition.offers] if webinar else []
        self.polls = [beside.poll_row(poll) for poll in webinar.definition.polls] if webinar else []
        self.form_key = f"{editing}:{webinar.definition.action_id if webinar else ''}"
        self.media_files = media_files()
        self.zones = list(zones.places())

    @rx.event
    async def save(self, typed: dict[str, Any]) -> EventSpec | None:
        """Keep the webinar, or say field by field what is wrong; what was typed stays."""
        if not await self._may(*HOSTS):
            return None
        try:
            async with schedule.saving():
                plan = await schedule.refresh()
                before = plan.webinars.get(self._editing())
                wanted = merged(typed, self._opened, as_typed(before.definition)) if before else typed
                fact = configured(wanted, plan, before, now=desk.now())
                await warehouse.get().append([fact])
                await schedule.refresh()
        except Complaints as found:
            sentences = {field: self._text(f"wrong.{code}") for field, code in found.fields.items()}
            self.wrong = {field: sentences.get(field, "") for field in self.wrong}
            self.offers = beside.complained(self.offers, beside.OFFER, sentences)
            self.polls = beside.complained(self.polls, beside.POLL, sentences)
            self.complaint = self._text("wrong.form", count=len(found.fields))
            return rx.set_focus("page-title")
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        return rx.redirect(f"/studio/webinars/{fact.webinar_id}")

    @rx.event
    async def add_row(self, kind: str) -> None:
        """One more offer or poll; what was typed in the others stays."""
        if not await self._may(*HOSTS):
            return
        if kind == beside.OFFER:
            self.offers = [*self.offers, beside.offer_row()]
        else:
            self.polls = [*self.polls, beside.poll_row()]

    @rx.event
    async def remove_row(self, kind: str, name: str) -> None:
        """Without this offer or poll; it is gone when the form is saved."""
        if not await self._may(*HOSTS):
            return
        if kind == beside.OFFER:
            self.offers = [row for row in self.offers if row["id"] != name]
        else:
            self.polls = [row for row in self.polls if row["id"] != name]

    def _editing(self) -> str:
        """The webinar of /studio/webinars/<id>/edit; "" for a new one."""
        parts = self.router.url.path.strip("/").split("/")
        return parts[2] if parts[-1] == "edit" else ""


def media_files() -> list[str]:
    """Names of the videos in the media folder, to choose from."""
    folder = Settings().home / "media"
    kinds = {".mp4", ".webm", ".m3u8", ".m4v"}
    if not folder.is_dir():
        return []
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix.lower() in kinds)[:200]


PAGES = [
    Route("/studio/webinars", lambda: webinars_view.listing(Webinars), title="title.webinars", on_load=Webinars.opened),
    Route(
        "/studio/webinars/new",
        lambda: webinars_view.form(WebinarForm),
        title="title.webinar_new",
        on_load=WebinarForm.opened,
    ),
    Route(
        "/studio/webinars/[webinar_id]/edit",
        lambda: webinars_view.form(WebinarForm),
        title="title.webinar",
        on_load=WebinarForm.opened,
    ),
]
