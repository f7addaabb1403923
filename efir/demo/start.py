"""What `efir demo` does besides: makes the history once, and puts a session two minutes ahead of every start."""

import asyncio
import datetime as dtm
import sys
from pathlib import Path

import typer

from app.shared.warehouse import Connection
from app.studio.recruiting import personal_link
from efir.demo.people import cohort
from efir.demo.programme import AUTO_SLUG, PARTNERS, Showing, announcement, coming
from efir.demo.simulation import World
from efir.demo.story import HISTORY, PEOPLE, SEED, Story, linking, sign_up, visit_of
from efir.settings import Settings
from warehouse import tokens
from warehouse.client import connect
from warehouse.interface import Warehouse

AT_THE_DOOR = 6
"""People who sign up for the session that begins within two minutes."""
LINK_LASTS = dtm.timedelta(days=2)


class NotOurs(RuntimeError):  # noqa: N818 - reads as what it says
    """The folder holds data that is not the demo's."""


def make_history(settings: Settings) -> None:
    """The fortnight before now, once; made aside and put in place when it is complete. Raises NotOurs."""
    mark = settings.home / "demo"
    if mark.exists():
        return
    if settings.database.exists():
        raise NotOurs(f"{settings.home} holds data that is not the demo's. Choose another EFIR_HOME.")
    now = dtm.datetime.now(dtm.UTC).replace(microsecond=0)
    draft = settings.database.with_name("demo-draft.duckdb")
    draft.parent.mkdir(parents=True, exist_ok=True)
    for leftover in draft.parent.glob("demo-draft*"):
        leftover.unlink()
    asyncio.run(_live_through(draft, now, settings.address))
    draft.rename(settings.database)
    mark.write_text(f"Synthetic data (seed {SEED}), made {now.isoformat()}.\n", encoding="utf-8")


async def _live_through(database: Path, now: dtm.datetime, site: str) -> None:
    async with World(database, now - HISTORY - dtm.timedelta(hours=1), site=site) as world:
        Story(world, now).tell()
        label = f"Living through {HISTORY.days} synthetic days"
        with typer.progressbar(length=HISTORY.days, label=label, file=sys.stderr) as bar:
            await world.run(now, lambda moment: bar.update(HISTORY.days - (now - moment).days - bar.pos))


def open_the_doors(settings: Settings) -> list[str]:
    """Announce what is ahead, let a few people sign up for the next session; returns what to try, line by line."""
    now = dtm.datetime.now(dtm.UTC)
    showings = coming(now)
    with connect("admin", settings) as warehouse:
        warehouse.append([announcement(one, now) for one in showings], quarantine=False)
        asyncio.run(_people_at_the_door(warehouse, showings[0], now))
        room = _room_link(warehouse, showings[0], now, settings.address)
    site = settings.address
    places = {
        "landing": f"{personal_link(site, AUTO_SLUG, PARTNERS[0].code)}&utm_source=demo",
        "a lead's room": f"{room}  (the session begins at {showings[0].starts_at:%H:%M:%S} UTC)",
        "messages": f"{site}/studio/outbox",
        "funnel": f"{site}/studio/funnel",
    }
    return ["Demo: everybody in it is synthetic. To try:", *(f"  {what:<14} {where}" for what, where in places.items())]


async def _people_at_the_door(warehouse: Warehouse, showing: Showing, now: dtm.datetime) -> None:
    app = Connection(warehouse)
    for person in cohort(SEED, PEOPLE + AT_THE_DOOR)[PEOPLE:]:
        visit = visit_of(person.visitor_id, showing.slug, person.source)
        await app.append([visit.touch(showing.slug, now)])
        await sign_up(app, person, visit, showing, now)
        fact, row = linking(now, 1000 + person.number, person.chat_id, lead_id=person.lead_id)
        await app.append([fact], personal=[row], quarantine=False)


def _room_link(warehouse: Warehouse, showing: Showing, now: dtm.datetime, site: str) -> str:
    lead = cohort(SEED, PEOPLE + 1)[-1]
    body = {"lead_id": lead.lead_id, "webinar_id": showing.slug, "session_id": showing.session_id}
    return f"{site}/j/{tokens.mint(warehouse, 'join', body, now=now, ttl=LINK_LASTS)}"
