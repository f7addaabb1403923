"""The demo's fortnight: who comes when, signs up for what, links Telegram and lives through which session."""

import datetime as dtm
import random
from collections.abc import Sequence
from dataclasses import replace

from app.registration.form import SignUp, check
from app.registration.registrar import Desk, register
from app.registration.visits import Visit
from app.shared import signing
from app.shared.warehouse import Connection
from domain.events import Emitter, Fact, TelegramLinked, WebinarEnded, WebinarStarted
from domain.referral import signed
from efir.demo.conduct import attend
from efir.demo.people import CONDUCTS, SOURCES, Person, Source, cohort, stable_id
from efir.demo.programme import PARTNERS, Showing, announcement, opening, showings, stated
from efir.demo.simulation import World, stating
from warehouse.interface import Personal, PersonalRow

SEED = 140
PEOPLE, PASSERS_BY = 60, 90
HISTORY = dtm.timedelta(days=14)
PARTNER_OF = {partner.code: partner.partner_id for partner in PARTNERS}


class Story:
    """Fills a world with everything that happens in it before `now`."""

    def __init__(self, world: World, now: dtm.datetime, *, people: int = PEOPLE, passers_by: int = PASSERS_BY) -> None:
        self._world, self._now = world, now
        self._people, self._passers_by = people, passers_by
        self._chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
        self._app = Connection(world.seen_by("app"))

    def tell(self) -> None:
        """Programme, partners, passers-by, and people in their sessions."""
        past = showings(self._now)
        self._open(past)
        for number in range(self._passers_by):
            self._pass_by(number)
        for person in cohort(SEED, self._people):
            self._live(person, past[(person.number + person.number // len(CONDUCTS)) % len(past)])

    def _open(self, past: Sequence[Showing]) -> None:
        first_day = self._now - HISTORY
        facts, personal = opening(first_day)

        async def begin() -> list[Fact]:
            self._world.warehouse.append(facts, personal=personal)
            return [announcement(showing, first_day) for showing in past]

        self._world.at(first_day, begin)
        for number, partner in enumerate(one for one in PARTNERS if one.chat_id):
            self._link(
                first_day + dtm.timedelta(minutes=5 + number),
                number,
                str(partner.chat_id),
                partner_id=partner.partner_id,
            )
        for showing in past:
            if showing.mode == "live":
                self._broadcast(showing)

    def _broadcast(self, showing: Showing) -> None:
        """The host goes on air two minutes late and ends on time."""
        for event, at in ((WebinarStarted(), 120), (WebinarEnded(), showing.seconds)):
            moment = showing.starts_at + dtm.timedelta(seconds=at)
            ids = {"webinar_id": showing.slug, "session_id": showing.session_id}
            self._world.at(moment, stating(stated(event, moment, Emitter.STUDIO, **ids)))

    def _pass_by(self, number: int) -> None:
        """Somebody who looked and did not stay."""
        moment = self._now - dtm.timedelta(hours=self._chance.uniform(3, 13 * 24))
        slug = self._chance.choice(showings(self._now)).slug
        visit = visit_of(stable_id("passer-by", number), slug, self._chance.choice(SOURCES))
        self._world.at(moment, stating(visit.touch(slug, moment)))

    def _live(self, person: Person, showing: Showing) -> None:
        signs_up_at = showing.starts_at - dtm.timedelta(hours=self._chance.uniform(1.5, 40))
        if person.second_source:
            looks_at = signs_up_at - dtm.timedelta(hours=self._chance.uniform(1, 20))
            first = visit_of(person.visitor_id, showing.slug, person.second_source)
            self._world.at(looks_at, stating(first.touch(showing.slug, looks_at)))
        visit = visit_of(person.visitor_id, showing.slug, person.source)
        arrives_at = signs_up_at - dtm.timedelta(seconds=95)
        self._world.at(arrives_at, stating(visit.touch(showing.slug, arrives_at)))
        self._world.at(signs_up_at, lambda: self._sign_up(person, visit, showing))
        if person.links_telegram_after_minutes is not None:
            links_at = signs_up_at + dtm.timedelta(minutes=person.links_telegram_after_minutes)
            self._link(links_at, 1000 + person.number, person.chat_id, lead_id=person.lead_id)
        attend(self._world, person, showing)

    async def _sign_up(self, person: Person, visit: Visit, showing: Showing) -> list[Fact]:
        """Through the form's own check and registrar."""
        await sign_up(self._app, person, visit, showing, self._world.now)
        return []

    def _link(
        self, at: dtm.datetime, number: int, chat: str, *, lead_id: str | None = None, partner_id: str | None = None
    ) -> None:
        fact, row = linking(at, number, chat, lead_id=lead_id, partner_id=partner_id)

        async def link() -> list[Fact]:
            self._world.warehouse.append([fact], personal=[row])
            return []

        self._world.at(at, link)


def linking(
    at: dtm.datetime, number: int, chat: str, *, lead_id: str | None = None, partner_id: str | None = None
) -> tuple[Fact, PersonalRow]:
    """What the notifier states when somebody presses START, and the chat that belongs to it."""
    linked = TelegramLinked(update_id=2 * 10**12 + number, partner_id=partner_id, transport="dry_run")
    fact = Fact.of(linked, emitter=Emitter.NOTIFIER, occurred_at=at, lead_id=lead_id)
    return fact, PersonalRow(lead_id or partner_id or "", Personal.TELEGRAM_CHAT_ID, chat, given_at=at)


async def sign_up(app: Connection, person: Person, visit: Visit, showing: Showing, now: dtm.datetime) -> None:
    """Fill in the form of the landing page as this person would."""
    form = {
        "name": person.name, "phone": person.phone, "email": person.email, "session": showing.session_id,
        "processing": True, "marketing": person.number % 10 != 0, "partner_transfer": person.with_partner_transfer,
        "time_zone": "Europe/Moscow",
    }  # fmt: skip
    signup = check(form, open_sessions={showing.session_id})
    if not isinstance(signup, SignUp):
        raise TypeError(f"The form refused {person.name}: {signup}")
    contacts = {Personal.PHONE: signup.phone, Personal.EMAIL: signup.email}
    await app.identify({kind: value for kind, value in contacts.items() if value}, proposed_lead_id=person.lead_id)
    desk = Desk(
        stable_id("form", person.number, showing.session_id), showing.slug, person.language, "192.0.2.1", "demo",
        browser=stable_id("browser", person.number),
    )  # fmt: skip
    await register(app, signup, visit, desk, now=now)


def visit_of(visitor_id: str, slug: str, source: Source) -> Visit:
    """A visit from this source to a webinar's landing page."""
    visit = Visit(visitor_id, f"/w/{slug}", utm=source.utm, referrer_host=source.referrer_host)
    code = source.partner_code
    return replace(visit, ref=signed(code, signing.key()), partner_id=PARTNER_OF[code]) if code else visit
