"""The gate in front of every event of every page: the table of `app.access.matrix`, obeyed before a handler runs."""

import dataclasses
import logging

from reflex.app import App
from reflex.istate.delta import _resolve_delta  # what Reflex's own middleware does
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event

from app.access.guard import lacks_second_factor, who
from app.access.matrix import Audience, who_may
from app.studio.desk import Desk
from warehouse.interface import WarehouseError

logger = logging.getLogger(__name__)


@dataclasses.dataclass
class Gate(Middleware):
    """Refuses what is not listed, and staff handlers to whom they are not for."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:  # noqa: ARG002 - the base's
        """Called by Reflex before every event. None lets it through; an update answers it here."""
        handler = name_of(state, event.name)
        allowed = who_may(handler)
        if isinstance(allowed, Audience):
            return None
        if allowed is None:
            logger.warning("Refused %s: it is not listed in app/access/matrix.py", handler)
            return StateUpdate()
        desk = await state.get_state(Desk)
        try:
            account = await who(desk.router.headers.cookie)
        except WarehouseError:
            return None  # nothing can be read or written now; the handler itself says so
        if account and account.role in allowed and not lacks_second_factor(account):
            return None
        desk._send_away(account)  # noqa: SLF001 - the desk's own answer to being refused
        return await _shown(state)


def name_of(state: BaseState, event_name: str) -> str:
    """`LeadPage.opened` for the name an event carries."""
    path, _, handler = event_name.rpartition(".")
    try:
        return f"{type(state).get_root_state().get_class_substate(path).__name__}.{handler}"
    except ValueError:
        return f"?.{handler}"


async def _shown(state: BaseState) -> StateUpdate:
    root = state._get_root_state()  # noqa: SLF001 - as Reflex's own middleware
    delta = await _resolve_delta(root.get_delta())
    root._clean()  # type: ignore[no-untyped-call] # noqa: SLF001 - as Reflex's own middleware
    return StateUpdate(delta=delta)
