"""A webinar saved again with something changed. Each save holds everything, so they are made one after the other."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from app.shared import schedule, warehouse
from app.studio import desk
from domain.events import Emitter, Fact, WebinarConfigured


async def redefined(
    webinar_id: str, changed: Callable[[WebinarConfigured], Mapping[str, Any]]
) -> WebinarConfigured | None:
    """Save the newest definition with these fields changed and return what it was; None: there is no such webinar.

    Nothing to change, nothing is saved. Raises WarehouseError.
    """
    async with schedule.saving():
        webinar = (await schedule.refresh()).webinars.get(webinar_id)
        if webinar is None:
            return None
        if update := changed(webinar.definition):
            event = webinar.definition.model_copy(update={**update, "action_id": str(uuid.uuid4())})
            fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=desk.now(), webinar_id=webinar_id)
            await warehouse.get().append([fact], quarantine=False)
            await schedule.refresh()
        return webinar.definition
