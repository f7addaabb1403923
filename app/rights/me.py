"""/me/<token>: a person's own page: what they agreed to, taking it back, their data as a file, being forgotten."""

import datetime as dtm
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import get_args

import reflex as rx
from starlette.concurrency import run_in_threadpool

from app.registration import registrar
from app.rights import erasing, links, me_view, withdrawing
from app.rights.family import UnknownLead, of_one_person
from app.settings import Settings
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.shared.visitor import Visitor
from domain.events import Purpose
from domain.ledger import Consent, consents
from domain.offers import chosen, offered
from domain.people import mask
from warehouse import copies
from warehouse.interface import Personal, WarehouseError

logger = logging.getLogger(__name__)
MOST_CHOICES = 4
SHOWN = (Personal.NAME, Personal.PHONE, Personal.EMAIL, Personal.TELEGRAM_NAME)


@dataclass(frozen=True)
class Agreement:
    """One consent as the page shows it; `withdrawn_at` "" while it is in force."""

    purpose: str
    title: str
    text_url: str
    text_version: str
    given_at: str
    withdrawn_at: str


@dataclass(frozen=True)
class Choice:
    """A session one may take a place in."""

    session_id: str
    title: str
    starts_at: str
    is_booked: bool


class Me(Visitor):
    """Whoever holds the link. Every handler redeems the token of the address anew."""

    status: str = "loading"
    """loading, open, unknown (no such link), forgotten, away (warehouse)."""
    known: list[str] = []
    agreements: list[Agreement] = []
    data_url: str = ""
    choices: list[Choice] = []
    """Sessions that can be booked from here in one tap."""
    is_asking: bool = False
    """The last question before everything is deleted is on the screen."""
    notice: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show what is known."""
        self._greet()
        self.is_asking, self.notice = False, ""
        await self._show()

    @rx.event
    async def withdraw(self, purpose: str) -> None:
        """Take consent for one purpose back."""
        lead_id = await self._lead()
        if lead_id is None or purpose not in get_args(Purpose):
            return
        try:
            await warehouse.get().run(withdrawing.withdraw, lead_id, purpose, now=_now())  # type: ignore[arg-type]
        except WarehouseError:
            self.status = "away"
            return
        await self._show()
        self.notice = texts.translate(self.lang, "me.withdrawn")

    @rx.event
    async def book(self, session_id: str) -> None:
        """Take a place: no form, the link says who it is."""
        lead_id, now = await self._lead(), _now()
        session = chosen(schedule.current(), session_id, now) if lead_id else None
        if lead_id is None:
            return
        if session is None and not schedule.is_read():
            self.status = "away"
            return
        if session is None:
            await self._show()
            self.notice = texts.translate(self.lang, "me.book.gone")
            return
        try:
            await registrar.book(warehouse.get(), lead_id, session, now=now)
            await schedule.refresh()
        except WarehouseError:
            self.status = "away"
            return
        await self._show()
        self.notice = texts.translate(self.lang, "me.book.done")

    @rx.event
    async def ask(self, is_asking: bool) -> None:  # noqa: FBT001 - a browser calls it
        """Put the last question, or take it away."""
        self.is_asking = is_asking and await self._lead() is not None

    @rx.event
    async def forget(self) -> AsyncIterator[None]:
        """Delete everything personal, now, and then from the backups as well. Only after the question."""
        lead_id = await self._lead()
        if lead_id is None or not self.is_asking:
            return
        try:
            await warehouse.get().run(erasing.erase, lead_id, by=erasing.SELF, now=_now())
        except WarehouseError:
            logger.exception("Somebody could not be forgotten")
            self.status = "away"
            return
        self._blank("forgotten")
        yield  # nobody waits for the backups: each of them is written anew
        try:
            await run_in_threadpool(copies.cleanse, Settings())
        except (OSError, WarehouseError):
            logger.exception("The backups could not be cleansed of %s; `efir erase` does it again", lead_id)

    async def _lead(self) -> str | None:
        try:
            lead_id = await warehouse.get().run(links.lead_of, self._token(), now=_now())
        except WarehouseError:
            self._blank("away")
            return None
        if lead_id is None:
            self._blank("unknown")
        return lead_id

    def _token(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    def _blank(self, status: str) -> None:
        self.status, self.known, self.agreements, self.is_asking, self.data_url = status, [], [], False, ""
        self.choices = []

    async def _show(self) -> None:
        lead_id = await self._lead()
        if lead_id is None:
            return
        try:
            leads = await warehouse.get().run(of_one_person, lead_id)
            rows = await warehouse.get().people(leads, set(SHOWN))
            facts = await warehouse.get().facts_of(lead_ids=leads, names=["consent_given", "consent_withdrawn"])
        except UnknownLead:
            self._blank("unknown")
            return
        except WarehouseError:
            self._blank("away")
            return
        # Masked: the link may have been forwarded, and the owner knows their own number.
        ordered = sorted(rows, key=lambda row: SHOWN.index(row.kind))
        self.known = [row.value if row.kind == Personal.NAME else mask(row.value) for row in ordered]
        self.agreements = [_agreement(consent, self.lang) for consent in reversed(consents(facts))]
        self.data_url = f"/me/{self._token()}/data"
        self.choices = await self._choices(leads)
        self.status = "open"

    async def _choices(self, leads: list[str]) -> list[Choice]:
        """What is coming in the webinars this person signed up for. Raises WarehouseError."""
        plan, now = schedule.current(), _now()
        facts = await warehouse.get().facts_of(lead_ids=leads, names=["core_ingest_event", "client_webinar_registered"])
        booked = {fact.session_id for fact in facts if fact.name == "client_webinar_registered"}
        webinars = dict.fromkeys(fact.webinar_id for fact in facts if fact.webinar_id in plan.webinars)
        return [
            Choice(
                session.session_id,
                texts.localised(plan.webinars[session.webinar_id].definition.title, self.lang),
                session.opens_at.isoformat(),
                session.session_id in booked,
            )
            for webinar_id in webinars
            for session in offered(plan, webinar_id or "", now, most=MOST_CHOICES)
        ]


def _agreement(consent: Consent, language: str) -> Agreement:
    return Agreement(
        purpose=consent.purpose,
        title=texts.translate(language, f"legal.{consent.purpose}.title"),
        text_url=f"/legal/{consent.purpose}",
        text_version=consent.text_version,
        given_at=consent.given_at.isoformat(),
        withdrawn_at=consent.withdrawn_at.isoformat() if consent.withdrawn_at else "",
    )


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)


PAGES = [Route("/me/[token]", lambda: me_view.view(Me), title="title.me", on_load=Me.opened)]
