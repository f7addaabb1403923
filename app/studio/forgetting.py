"""A tab that loads anew starts without staff data: what the last person saw must not reach the next one.

Reflex sends a tab's whole state when a page loads, before any handler could check who is asking.
"""

import dataclasses

from reflex.app import App
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event, get_hydrate_event

from app.studio.desk import Desk


@dataclasses.dataclass
class ForgetStaffPages(Middleware):
    """Empties every staff page of the tab before its state is sent; `on_load` fills the one that is opened."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:  # noqa: ARG002 - the base's shape
        """Called by Reflex before every event; must stand before its own hydration."""
        if event.name == get_hydrate_event(state):
            (await state.get_state(Desk)).reset()  # type: ignore[no-untyped-call]
        return None
