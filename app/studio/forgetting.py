"""What the last person saw in a tab must not reach the next one.

Reflex sends a tab's whole state when a page loads or a socket reconnects, before any handler could check who is asking.
"""

import dataclasses

from reflex.app import App
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.constants import CompileVars
from reflex_base.event import Event

from app.access.guard import who
from app.studio.desk import Desk
from warehouse.interface import WarehouseError

LOADS = frozenset({CompileVars.HYDRATE, CompileVars.HYDRATE_AND_LOAD})
"""Events on which Reflex sends the whole state."""


@dataclasses.dataclass
class ForgetStaffPages(Middleware):
    """Empties every staff page of the tab unless the same person is still logged in; `on_load` fills what is opened."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:  # noqa: ARG002 - the base's
        """Called by Reflex before every event; must stand before its own hydration."""
        if event.name.rpartition(".")[2] in LOADS:
            desk = await state.get_state(Desk)
            if not await _is_same_person(desk):
                desk.reset()  # type: ignore[no-untyped-call]
        return None


async def _is_same_person(desk: Desk) -> bool:
    try:
        account = await who(desk.router.headers.cookie)
    except WarehouseError:
        return False
    return account is not None and (account.email, str(account.role)) == (desk.email, desk.role)
