"""/partner/links: the partner's links for each webinar, new ones with UTM presets, QR codes, the bot's link."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.partners import links, spreading_view
from app.partners.cabinet import Cabinet, site
from app.registration.links import telegram_link
from app.settings import Settings
from app.shared import schedule, telegram, texts, warehouse
from app.shared.route import Route
from app.studio import desk, recruiting
from app.studio.choices import Choice
from app.studio.forms import Complaints
from domain.webinars import Partner, Schedule
from warehouse.interface import WarehouseError
from warehouse.reads import partners
from warehouse.reads.partners import Brought, LinkNumbers

FIELDS = ("webinar", "preset", "campaign", "content")


@dataclass(frozen=True)
class LinkCard:
    """One address to spread. `leads`: own leads that came by it to this webinar."""

    key: str
    title: str
    about: str
    address: str
    qr: str
    touches: int
    leads: int


class PartnerLinks(Cabinet):
    """The links page."""

    cards: list[LinkCard] = []
    webinars: list[Choice] = []
    wrong: dict[str, str] = dict.fromkeys(FIELDS, "")
    form_key: int = 0
    bot_address: str = ""
    """Leads people into the bot and makes them this partner's; "" while no bot is connected."""
    bot_link: str = ""
    """Ties the partner's own Telegram; shown once."""
    is_linked: bool = False

    @rx.event
    async def opened(self) -> None:
        """Show every link."""
        if partner := await self._partner():
            self.bot_link, self.wrong = "", dict.fromkeys(FIELDS, "")
            await self._show(partner)

    @rx.event
    async def create(self, typed: dict[str, Any]) -> None:
        """A further link with UTM values."""
        partner = await self._partner()
        if partner is None:
            return
        try:
            fact = links.created(typed, partner, schedule.current(), now=desk.now())
            await warehouse.get().append([fact])
        except Complaints as found:
            said = {field: self._word(f"wrong.{code}") for field, code in found.fields.items()}
            self.wrong = dict.fromkeys(FIELDS, "") | said
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.wrong = dict.fromkeys(FIELDS, "")
        self.form_key += 1
        if again := await self._partner():
            await self._show(again)
            self.notice = self._word("links.made")

    @rx.event
    async def link_telegram(self) -> None:
        """A one-time link that ties this partner's Telegram to them: alerts and commands work there."""
        partner = await self._partner()
        if partner is None:
            return
        try:
            body = {"partner_id": partner.partner_id}
            self.bot_link = await telegram_link(warehouse.get(), body, Settings(), now=desk.now())
        except WarehouseError:
            self.complaint = self._text("away")

    async def _show(self, partner: Partner) -> None:
        plan = schedule.current()
        try:
            found = await warehouse.get().run(partners.links, partner.partner_id)
            connected = await telegram.bot(warehouse.get())
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.is_linked = partner.is_linked
        self.bot_address = connected.start_url(recruiting.bot_payload(partner.code))
        self.webinars = [
            Choice(one.slug, texts.localised(one.definition.title, self.lang)) for one in plan.webinars.values()
        ]
        self.cards = [card for link in reversed(found) for card in self._cards(link, plan)]

    def _cards(self, link: LinkNumbers, plan: Schedule) -> list[LinkCard]:
        """A link made for one webinar is one card; the partner's first code leads to every webinar."""
        aims = [one for one in plan.webinars.values() if link.webinar_id in (None, one.webinar_id)]
        utm = [word for word in (link.source, link.medium, link.campaign, link.content) if word]
        return [
            LinkCard(
                key=f"{link.code}:{webinar.slug}",
                title=texts.localised(webinar.definition.title, self.lang),
                about=" · ".join(utm) or self._word("links.plain"),
                address=(address := links.address_of(link, site(), webinar.slug)),
                qr=recruiting.qr(address),
                touches=came.touches,
                leads=came.leads,
            )
            for webinar in aims
            for came in [link.brought.get(webinar.webinar_id, Brought())]
        ]


PAGES = [
    Route(
        "/partner/links",
        lambda: spreading_view.view(PartnerLinks),
        title="title.partner_links",
        on_load=PartnerLinks.opened,
    )
]
