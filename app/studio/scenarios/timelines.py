"""/studio/scenarios: every scenario drawn in time, with its numbers; pausing and resuming."""

import uuid

import reflex as rx

from app.shared import schedule, warehouse
from app.shared.route import Route
from app.studio import desk
from app.studio.desk import MARKETERS, READERS, Desk
from app.studio.scenarios import timelines_view
from app.studio.scenarios.cards import ScenarioCard, Sight, scenario_cards
from domain.events import Emitter, Fact, ScenarioPaused, ScenarioResumed
from domain.scenarios import CURRENT
from warehouse.interface import WarehouseError
from warehouse.reads.scenarios import step_numbers


class Timelines(Desk):
    """The catalogue."""

    cards: list[ScenarioCard] = []

    @rx.event
    async def opened(self) -> None:
        """Draw every scenario."""
        if not await self._may(*READERS):
            return
        try:
            await self._show()
        except WarehouseError:
            self.complaint = self._text("away")

    @rx.event
    async def beat(self) -> None:
        """Count again: the page is being looked at."""
        if not await self._still(*READERS):
            return
        try:
            await self._show()
        except WarehouseError:
            self.complaint = self._text("away")

    @rx.event
    async def switch(self, scenario: str, step: str, is_paused: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Pause (or resume) a scenario, or one step of it; `step` "" means all of it."""
        account = await self._may(*MARKETERS)
        if not account:
            return
        known = CURRENT.get(scenario)
        if known is None or (step and step not in {one.key for one in known.steps}):
            self.complaint = self._text("scenarios.unknown")
            return
        event = (ScenarioPaused if is_paused else ScenarioResumed)(
            action_id=str(uuid.uuid4()), scenario=scenario, step=step or None, by=account.email
        )
        try:
            await warehouse.get().append([Fact.of(event, emitter=Emitter.STUDIO, occurred_at=desk.now())])
            await self._show()
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.notice = self._text(f"scenarios.done.{'paused' if is_paused else 'resumed'}")

    async def _show(self) -> None:
        plan = await schedule.refresh()
        numbers = await warehouse.get().run(step_numbers)
        self.cards = scenario_cards(Sight(numbers, plan.pauses, self.lang, desk.now()))


PAGES = [
    Route(
        "/studio/scenarios",
        lambda: timelines_view.view(Timelines),
        title="title.scenarios",
        on_load=Timelines.opened,
    )
]
