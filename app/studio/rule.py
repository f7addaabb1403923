"""/studio/webinars/<id>/schedule: how sessions come about by themselves, with the next slots before it is kept."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk, rule_view
from app.studio.desk import HOSTS, READERS, Desk
from app.studio.forms import Complaints
from app.studio.rule_form import FIELDS, filled, kept, read
from domain.offers import obsolete, rule_of
from domain.recurrence import NO_RULE, ScheduleRule, upcoming
from domain.webinars import Schedule, Webinar
from warehouse.interface import WarehouseError
from warehouse.reads import reaction

SHOWN = 10
BLANK = filled(NO_RULE, texts.DEFAULT)


@dataclass(frozen=True)
class Slot:
    """One session that the rule would bring, in the webinar's zone and as a moment."""

    at: str
    local: str


class RulePage(Desk):
    """The schedule rule of one webinar."""

    current_id: str = ""
    title: str = ""
    zone: str = ""
    mode: str = ""
    is_missing: bool = False
    values: dict[str, str] = dict(BLANK)
    wrong: dict[str, str] = dict.fromkeys(FIELDS, "")
    form_key: str = "blank"
    slots: list[Slot] = []
    has_looked: bool = False
    is_other: bool = False
    """The rule looked at is not the one in force."""
    kept_places: int = 0
    """Sessions of the old rule that stay because somebody has a place."""
    given_up: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show the rule in force and its next slots."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        self.current_id = self.router.url.path.rstrip("/").split("/")[-2]
        webinar = plan.webinars.get(self.current_id)
        self.is_missing = webinar is None
        if webinar is None:
            return
        self.title = texts.localised(webinar.definition.title, self.lang)
        self.zone, self.mode = webinar.definition.time_zone, webinar.definition.mode
        rule = rule_of(plan, self.current_id)
        self.values, self.wrong = filled(rule, self.lang), dict.fromkeys(FIELDS, "")
        self.form_key = f"{self.current_id}-{desk.now().timestamp()}"
        await self._look(plan, webinar, rule)

    @rx.event
    async def preview(self, typed: dict[str, Any]) -> None:
        """What the typed rule would bring; nothing is kept yet."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        webinar = plan.webinars.get(self.current_id)
        rule = self._read(typed, webinar) if webinar else None
        if webinar is not None and rule is not None:
            await self._look(plan, webinar, rule)

    @rx.event
    async def keep(self) -> None:
        """Keep the rule that was looked at."""
        account = await self._may(*HOSTS)
        plan = await schedule.refresh()
        webinar = plan.webinars.get(self.current_id)
        rule = self._read(self.values, webinar) if account and webinar and self.has_looked else None
        if account is None or webinar is None or rule is None:
            return
        try:
            registered = await self._registered()
            facts = kept(webinar, rule, plan, registered, by=account.email, now=desk.now())
            await warehouse.get().append(facts, quarantine=False)
            await self._look(await schedule.refresh(), webinar, rule)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.notice = self._text(f"rule.saved.{rule.kind}")

    def _read(self, typed: dict[str, Any], webinar: Webinar) -> ScheduleRule | None:
        self.values = {**BLANK, **{name: str(typed.get(name) or "") for name in BLANK}}
        self.wrong, self.has_looked = dict.fromkeys(FIELDS, ""), False
        today = desk.now().astimezone(ZoneInfo(webinar.definition.time_zone)).date()
        try:
            return read(typed, webinar, today=today)
        except Complaints as found:
            self.wrong |= {field: self._text(f"wrong.{code}") for field, code in found.fields.items()}
            self.slots = []
            return None

    async def _look(self, plan: Schedule, webinar: Webinar, rule: ScheduleRule) -> None:
        zone = ZoneInfo(self.zone)
        found = upcoming(rule, self.zone, desk.now(), SHOWN)
        self.slots = [Slot(at.isoformat(), f"{at.astimezone(zone):%d.%m.%Y %H:%M}") for at in found]
        self.has_looked, self.is_other = True, rule != rule_of(plan, webinar.webinar_id)
        registered = await self._registered()
        gone = obsolete(plan, webinar.webinar_id, rule, desk.now())
        self.kept_places = sum(bool(registered.get(session.session_id)) for session in gone)
        self.given_up = len(gone) - self.kept_places

    async def _registered(self) -> dict[str, int]:
        """By the facts themselves: whoever registered a moment ago is no lead yet, and has a place all the same."""
        return await warehouse.get().run(lambda open_: reaction.registered_counts(open_, reaction.last_seq(open_)))


PAGES = [
    Route(
        "/studio/webinars/[webinar_id]/schedule",
        lambda: rule_view.view(RulePage),
        title="title.rule",
        on_load=RulePage.opened,
    )
]
