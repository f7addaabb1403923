"""/studio/partners: who brings leads: add one, give them a link, a QR code and the bot, see what they brought."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.partners import membership
from app.registration.links import telegram_link
from app.settings import Settings
from app.shared import schedule, telegram, texts, warehouse
from app.shared.route import Route
from app.shared.telegram import Bot
from app.studio import desk, partners_view, recruiting
from app.studio.choices import Choice
from app.studio.desk import MARKETERS, READERS, Desk
from app.studio.forms import Complaints
from domain.webinars import Schedule
from warehouse.interface import WarehouseError
from warehouse.reads import studio
from warehouse.reads.studio import PartnerNumbers


@dataclass(frozen=True)
class PartnerCard:
    """One partner: links and numbers."""

    partner_id: str
    name: str
    code: str
    link: str
    bot_start: str
    """Opens the bot for candidates; "" while the bot is not known."""
    qr: str
    telegram: str
    telegram_text: str
    touches: int
    leads: int
    registered: int
    attended: int
    alerts_sent: int
    alerts_skipped: int


class Partners(Desk):
    """The list of partners, and adding one."""

    cards: list[PartnerCard] = []
    webinars: list[Choice] = []
    slug: str = ""
    """Webinar the links lead to."""
    wrong: dict[str, str] = {"name": "", "code": ""}
    form_key: int = 0
    bot_link: str = ""
    """A one-time link just made; it is shown once."""
    link_of: str = ""
    """Partner it was made for."""
    link_opens: str = ""
    """`bot` or `cabinet`."""
    as_of: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show every partner."""
        if not await self._may(*READERS):
            return
        self.bot_link = self.link_of = self.link_opens = ""
        self.wrong = {"name": "", "code": ""}
        await self._show()

    @rx.event
    async def lead_to(self, slug: str) -> None:
        """Make the links lead to another webinar."""
        if not await self._may(*READERS):
            return
        self.slug = slug
        await self._show()

    @rx.event
    async def add(self, typed: dict[str, Any]) -> None:
        """A new partner."""
        if not await self._may(*MARKETERS):
            return
        try:
            fact, name = recruiting.joined(typed, await schedule.refresh(), now=desk.now())
            await warehouse.get().append([fact], personal=[name])
        except Complaints as found:
            self.wrong = {"name": "", "code": ""} | {
                field: self._text(f"wrong.{code}") for field, code in found.fields.items()
            }
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.wrong = {"name": "", "code": ""}
        self.form_key += 1
        await self._show()
        self.notice = self._text("done.partner", name=name.value)

    @rx.event
    async def make_bot_link(self, partner_id: str) -> None:
        """A one-time link that ties the partner's Telegram to them: alerts go there."""
        if not await self._may(*MARKETERS):
            return
        if partner_id not in (await schedule.refresh()).partners:
            self.complaint = self._text("wrong.partner_gone")
            return
        try:
            self.bot_link = await telegram_link(warehouse.get(), {"partner_id": partner_id}, Settings(), now=desk.now())
            self.link_of, self.link_opens = partner_id, "bot"
        except WarehouseError:
            self.complaint = self._text("away")

    @rx.event
    async def make_cabinet_link(self, partner_id: str) -> None:
        """A one-time link into the partner's cabinet, to be handed over; a closed cabinet opens again with it."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        if partner_id not in (await schedule.refresh()).partners:
            self.complaint = self._text("wrong.partner_gone")
            return
        try:
            await warehouse.get().run(membership.reopen, partner_id, now=desk.now())
            self.bot_link = await warehouse.get().run(
                membership.login_link, partner_id, Settings().address, by=account.email, now=desk.now()
            )
            self.link_of, self.link_opens = partner_id, "cabinet"
        except WarehouseError:
            self.complaint = self._text("away")

    @rx.event
    async def close_cabinet(self, partner_id: str) -> None:
        """Nobody enters this cabinet any more, and who is in it is out at the next click."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        try:
            await warehouse.get().run(membership.close, partner_id, by=account.email, now=desk.now())
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.notice = self._text("partners.closed")

    async def _show(self) -> None:
        try:
            plan = await schedule.refresh()
            numbers = await warehouse.get().run(studio.partners)
            bot = await telegram.bot(warehouse.get())
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.as_of = desk.now().isoformat()
        self.webinars = [
            Choice(webinar.slug, texts.localised(webinar.definition.title, self.lang))
            for webinar in plan.webinars.values()
        ]
        if self.slug not in {choice.value for choice in self.webinars}:
            self.slug = self.webinars[0].value if self.webinars else ""
        self.cards = [self._card(partner, plan, bot) for partner in numbers if partner.partner_id in plan.partners]

    def _card(self, numbers: PartnerNumbers, plan: Schedule, bot: Bot) -> PartnerCard:
        partner = plan.partners[numbers.partner_id]
        link = recruiting.personal_link(Settings().address, self.slug, partner.code) if self.slug else ""
        return PartnerCard(
            partner_id=partner.partner_id,
            name=numbers.name or partner.code,
            code=partner.code,
            link=link,
            bot_start=bot.start_url(recruiting.bot_payload(partner.code)),
            qr=recruiting.qr(link) if link else "",
            telegram=partner.channel,
            telegram_text=self._text(f"telegram.{partner.channel}"),
            touches=numbers.touches,
            leads=numbers.leads,
            registered=numbers.registered,
            attended=numbers.attended,
            alerts_sent=numbers.alerts_sent,
            alerts_skipped=numbers.alerts_skipped,
        )


PAGES = [
    Route("/studio/partners", lambda: partners_view.view(Partners), title="title.partners", on_load=Partners.opened)
]
