"""Saving versions of a webinar's script: the fact, people's words beside it, the offers' times. No Reflex."""

import datetime as dtm
import uuid
from collections.abc import Sequence

from app.room import scripts
from app.room.halls import halls
from app.shared import warehouse
from app.studio.forms import Complaints
from app.studio.redefining import redefined
from domain.events import Emitter, Fact, ScriptEntry, ScriptSaved, WebinarConfigured
from domain.script import MOST_ENTRIES, emptied, filled, in_order, of_definition, timed_offers
from domain.webinars import Webinar
from warehouse.interface import Personal, PersonalRow


async def current(webinar: Webinar, revision: int | None = None) -> scripts.Script:
    """A saved version (the newest without a number), or what the webinar was configured with as number 0.

    Raises WarehouseError.
    """
    saved = await scripts.saved(webinar.webinar_id, revision)
    return saved or scripts.Script(0, of_definition(webinar.definition), {}, {})


def with_words(entries: Sequence[ScriptEntry], base: scripts.Script) -> tuple[ScriptEntry, ...]:
    """Entries that only refer to people's words, filled in."""
    return filled(entries, base.texts, base.names)


async def save(
    webinar: Webinar,
    entries: Sequence[ScriptEntry],
    *,
    base: scripts.Script,
    origin: str,
    by: str,
    now: dtm.datetime,
) -> int:
    """Save the entries as the version after `base` and return its number; rooms that are open play on from it.

    The offers' times follow the script, so that verdicts know when an offer was shown. Raises Complaints when somebody
    saved meanwhile or there are too many entries; WarehouseError.
    """
    if len(entries) > MOST_ENTRIES:
        raise Complaints({"script": "too_many"})
    stored, changed = emptied(in_order(entries), base.texts, base.names, lambda: uuid.uuid4().hex)
    words = [
        PersonalRow(whose, Personal.CHAT_TEXT, text, ref=ref, given_at=now) for (whose, ref), text in changed.items()
    ]
    revision = (newest.revision if (newest := await scripts.saved(webinar.webinar_id)) else 0) + 1
    event = ScriptSaved(revision=revision, by=by, origin=origin, entries=stored)
    if revision != base.revision + 1:
        raise Complaints({"script": "changed_meanwhile"})
    fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=now, webinar_id=webinar.webinar_id)
    (receipt,) = await warehouse.get().append([fact], personal=words, quarantine=False)
    if not receipt.is_stored:
        raise Complaints({"script": "changed_meanwhile"})
    await _follow(webinar, stored)
    return revision


async def _follow(webinar: Webinar, stored: Sequence[ScriptEntry]) -> None:
    """Offers get the times the script gives them; open rooms get the script."""

    def timed(definition: WebinarConfigured) -> dict[str, object]:
        offers = timed_offers(stored, definition.offers)
        return {"offers": offers} if offers != definition.offers else {}

    await redefined(webinar.webinar_id, timed)
    await halls.take_script(webinar.webinar_id)
