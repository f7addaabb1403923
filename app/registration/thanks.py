"""The thank-you page `/thanks/<token>`: the room link, the calendar file, Telegram, and how long there is to wait."""

import datetime as dtm
import logging

import reflex as rx

from app.registration.calendar import google_url, outlook_url
from app.registration.links import me_of, room_of, telegram_of
from app.registration.thanks_view import view
from app.settings import Settings
from app.shared import schedule, telegram, texts, warehouse
from app.shared.route import Route
from app.shared.visitor import Visitor
from domain.events import TelegramLinked
from domain.webinars import Session
from warehouse import tokens
from warehouse.interface import WarehouseError

logger = logging.getLogger(__name__)


class Thanks(Visitor):
    """A registered lead, known by the token in the address."""

    status: str = "loading"
    """loading, registered, waiting (no session yet), cancelled, unknown (no such token) or away (warehouse)."""
    titles: dict[str, str] = {}
    starts_at: str = ""
    landing_url: str = ""
    room_url: str = ""
    calendar_url: str = ""
    google_url: str = ""
    outlook_url: str = ""
    ends_at: str = ""
    calendar_text: str = ""
    telegram_url: str = ""
    is_linked: bool = False
    is_dry_run: bool = False
    me_url: str = ""
    standing: str = "guest"
    """What may be shown (`registrar.Standing`): a guest's page knows nothing of the lead whose contact was typed."""
    bot_url: str = ""
    """The bot itself, where somebody can prove that a number is theirs; "" without one."""

    @rx.var
    def title(self) -> str:
        """The webinar's title in the page's language."""
        return texts.localised(self.titles, self.lang)

    @rx.event
    async def opened(self) -> None:
        """Redeem the token and make the links."""
        self._greet()
        now = dtm.datetime.now(dtm.UTC)
        token = self.router.url.path.rstrip("/").rpartition("/")[2]
        try:
            body = await warehouse.get().run(tokens.redeem, "thanks", token, now=now)
            if body is None:
                self.status = "unknown"
                return
            await self._link(body, token, now)
            await self._welcome(body, token, now)
        except WarehouseError:
            logger.exception("A thank-you page could not be shown")
            self.status = "away"

    async def _link(self, body: dict[str, str], token: str, now: dtm.datetime) -> None:
        """What leads to the lead's own chat and data: only on the page of a browser that is known to be theirs."""
        settings, lead_id = Settings(), body["lead_id"]
        bot = await telegram.bot(warehouse.get())
        self.is_dry_run, self.bot_url = bot.is_dry_run, bot.chat_url
        self.standing = body.get("standing") or "booked"
        self.me_url, self.telegram_url, self.is_linked = "", "", False
        if self.standing != "own":
            return
        self.me_url = await me_of(warehouse.get(), token, lead_id, settings, now)
        self.is_linked = bool(await warehouse.get().facts_of(lead_ids=(lead_id,), names=(TelegramLinked.name,)))
        if not self.is_linked:
            self.telegram_url = await telegram_of(warehouse.get(), token, lead_id, settings, now)

    async def _welcome(self, body: dict[str, str], token: str, now: dtm.datetime) -> None:
        programme = schedule.current()
        if body["session_id"] and body["session_id"] not in programme.sessions:  # announced a moment ago
            programme = await schedule.refresh()
        webinar = programme.webinars.get(body["webinar_id"])
        session = programme.sessions.get(body["session_id"] or "")
        self.titles = dict(webinar.definition.title) if webinar else {}
        if webinar is None or session is None:
            self.status = "waiting"
            return
        self.landing_url = f"/w/{webinar.slug}"
        self.starts_at = session.opens_at.isoformat()
        self.calendar_url = f"/ics/{token}"
        self.room_url = await room_of(warehouse.get(), token, body, session, Settings(), now)
        self._offer_calendars(session)
        self.status = "cancelled" if session.status == "cancelled" else "registered"

    def _offer_calendars(self, session: Session) -> None:
        """The same entry as in the file, for calendars on the web: they learn of it when somebody follows a link."""
        title = texts.localised(self.titles, self.lang)
        self.calendar_text = texts.translate(self.lang, "thanks.calendar_text", url=self.room_url)
        self.ends_at = session.planned_end.isoformat()
        self.google_url = google_url(title, session, self.calendar_text, self.room_url)
        self.outlook_url = outlook_url(title, session, self.calendar_text, self.room_url)


PAGES = [Route("/thanks/[token]", lambda: view(Thanks), title="title.thanks", on_load=Thanks.opened)]
