"""/partner: the partner's numbers and funnel, the rule that makes leads theirs, contests, alerts, the leaderboard."""

import typing
import uuid
from dataclasses import dataclass

import reflex as rx

from app.partners import home_view, own
from app.partners.cabinet import Cabinet
from app.shared import schedule, texts, warehouse
from app.shared.numbers import percent
from app.shared.route import Route
from app.studio import desk
from domain.attribution import PARTNER_WINDOW_DAYS
from domain.events import AlertKind, Emitter, Event, Fact, PartnerAlertsChanged, PartnerLeaderboardChanged
from domain.funnel import STAGES
from domain.metrics import BY_SLUG
from domain.webinars import Partner
from warehouse.interface import WarehouseError
from warehouse.reads import funnel, partners, studio
from warehouse.reads.funnel import FunnelFilter

KINDS: tuple[AlertKind, ...] = typing.get_args(AlertKind)
MOST_CONTESTS = 20


@dataclass(frozen=True)
class Step:
    """One stage of the own funnel. `share` is of everybody who came by the links."""

    slug: str
    name: str
    definition: str
    count: int
    share: str
    width: str


@dataclass(frozen=True)
class Alert:
    """One kind of alert."""

    kind: str
    label: str
    is_on: bool


@dataclass(frozen=True)
class Contested:
    """One contested lead in words; somebody else's is not named."""

    at: str
    verdict: str
    why: str
    is_own: bool


@dataclass(frozen=True)
class Rank:
    """One line of the leaderboard."""

    place: int
    name: str
    leads: int
    attended: int
    is_me: bool


class PartnerHome(Cabinet):
    """The first page of the cabinet."""

    touches: int = 0
    leads: int = 0
    registered: int = 0
    attended: int = 0
    as_of: str = ""
    steps: list[Step] = []
    alerts: list[Alert] = []
    is_linked: bool = False
    contests: list[Contested] = []
    contested: int = 0
    is_ranked: bool = False
    ranks: list[Rank] = []
    window_days: int = PARTNER_WINDOW_DAYS

    @rx.event
    async def opened(self) -> None:
        """Show what is the partner's own."""
        if partner := await self._partner():
            await self._show(partner)

    @rx.event
    async def switch(self, kind: str, is_on: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Want alerts of one kind, or no more of them."""
        if (partner := await self._partner()) and (wanted := next((one for one in KINDS if one == kind), None)):
            change = PartnerAlertsChanged(
                partner_id=partner.partner_id, kind=wanted, is_on=bool(is_on), action_id=str(uuid.uuid4())
            )
            await self._state(change)

    @rx.event
    async def rank(self, is_on: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Stand in the leaderboard, or no longer."""
        if partner := await self._partner():
            wish = PartnerLeaderboardChanged(
                partner_id=partner.partner_id, is_on=bool(is_on), action_id=str(uuid.uuid4())
            )
            await self._state(wish)

    async def _state(self, event: Event) -> None:
        try:
            await warehouse.get().append([Fact.of(event, emitter=Emitter.CORE, occurred_at=desk.now())])
        except WarehouseError:
            self.complaint = self._text("away")
            return
        if partner := await self._partner():
            await self._show(partner)

    async def _show(self, partner: Partner) -> None:
        connection, me = warehouse.get(), partner.partner_id
        try:
            everybody = await connection.run(studio.partners)
            slices = await connection.run(funnel.funnel, FunnelFilter(partner_id=me))
            found, self.contested = await connection.run(partners.contests, me, limit=MOST_CONTESTS)
            told = await connection.run(own.stories, me, [one.lead_id for one in found])
        except WarehouseError:
            self.complaint = self._text("away")
            return
        mine = next((one for one in everybody if one.partner_id == me), None)
        if mine:
            self.touches, self.leads = mine.touches, mine.leads
            self.registered, self.attended = mine.registered, mine.attended
        self.as_of = desk.now().isoformat()
        self.steps = _steps(slices[0].counts, self.lang) if slices else []
        self.is_linked = partner.is_linked
        self.alerts = [Alert(kind, self._word(f"alert.{kind}"), kind not in partner.muted) for kind in KINDS]
        self.contests = [contested(story, me, self.lang) for story in told]
        self.is_ranked = partner.is_ranked
        wanted = {one.partner_id for one in schedule.current().partners.values() if one.is_ranked}
        self.ranks = _ranks(everybody, me, wanted) if partner.is_ranked else []


def _steps(counts: dict[str, int], language: str) -> list[Step]:
    first = max(1, counts[STAGES[0].slug])
    return [
        Step(
            stage.slug,
            texts.localised(stage.label, language),
            texts.localised(BY_SLUG[stage.slug].definition, language),
            counts[stage.slug],
            percent(counts[stage.slug], first, language),
            f"{100 * counts[stage.slug] / first:.1f}%",
        )
        for stage in STAGES
    ]


def _ranks(numbers: list[studio.PartnerNumbers], me: str, wanted: set[str]) -> list[Rank]:
    """Who wants to be seen, by attended leads; nobody else's number is told."""
    shown = sorted((one for one in numbers if one.partner_id in wanted), key=lambda one: (-one.attended, -one.leads))
    return [
        Rank(place, one.name or "—", one.leads, one.attended, one.partner_id == me)
        for place, one in enumerate(shown, start=1)
    ]


def contested(story: own.Story, me: str, language: str) -> Contested:
    """Why the lead is whose it is, in words. Other partners are «another partner»."""
    mine = next((claim for claim in story.claims if claim.partner_id == me), None)
    if story.is_overruled:
        why = "given" if story.is_own else "taken"
    elif story.is_own:
        why = "first"
    else:
        why = mine.standing if mine else "later"
    words = texts.translate(language, f"cabinet.contest.{why}", days=PARTNER_WINDOW_DAYS)
    verdict = texts.translate(language, f"cabinet.contest.{'yours' if story.is_own else 'not_yours'}")
    at = mine.at if mine and not story.is_own else story.created_at
    return Contested(at.isoformat(), verdict, words, story.is_own)


PAGES = [Route("/partner", lambda: home_view.view(PartnerHome), title="title.partner", on_load=PartnerHome.opened)]
