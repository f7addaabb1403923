"""The demo without its pipelines: a fortnight of synthetic people, the warehouse and the app, every page open."""

import asyncio
import contextlib
import datetime as dtm
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, BrowserContext

from app.access import accounts, sessions
from app.access.matrix import PAGES, PARTNERS
from app.access.roles import Role
from app.build import build
from app.crm import deeds, tasks
from app.partners import membership
from app.rights import links as rights
from domain.webinars import Schedule
from efir.demo import programme
from efir.demo.people import CONDUCTS, cohort
from efir.demo.simulation import World
from efir.demo.start import open_the_doors
from efir.demo.story import HISTORY, SEED, Story
from efir.house import processes
from efir.process.child import ChildSpec
from efir.settings import Settings
from tests.journeys.house import free_port
from warehouse import tokens
from warehouse.client import connect
from warehouse.interface import Warehouse
from warehouse.reads import programme as read_programme

T = TypeVar("T")
STAFF, PASSWORD = "vera@example.org", "correct horse battery staple"
READY_WITHIN_SECONDS = 60
LASTS = dtm.timedelta(days=1)
PLAIN_PAGES = ("/room/{session_id}", "/replay/{past_session_id}")
"""What is no page of Reflex and needs a house that lives; the others are in `test_doors.py`."""


@dataclass
class Demo:
    """The running house: its address, its log, and who may look."""

    address: str
    warehouse: Warehouse
    values: dict[str, str]
    """What stands for each parameter of a path."""
    cookies: dict[str, str]
    """The session of a member of the staff, and of a partner."""

    def paths(self) -> dict[str, str]:
        """Every page by its path in the registry: the address that shows it with something on it."""
        own = {path: path.replace("[", "{").replace("]", "}") for path in PAGES}
        own["404"] = "/no-such-page"
        found = {path: _filled(address, self.values) for path, address in own.items()}
        return found | {path: _filled(path, self.values) for path in PLAIN_PAGES}

    def context(self, browser: Browser, path: str, **more: object) -> BrowserContext:
        """A browser of somebody who may see this page."""
        opened = browser.new_context(**{"locale": "ru-RU", "timezone_id": "Europe/Moscow", **more})  # type: ignore[arg-type]
        token = self.cookies["partner" if PAGES.get(path) == PARTNERS else "staff"]
        opened.add_cookies([{"name": "efir_session", "value": token, "url": self.address}])
        return opened


def _filled(path: str, values: dict[str, str]) -> str:
    """The path with its parameters; a token is another one on each page."""
    return path.replace("{token}", "{" + path.split("/")[1] + "}").format(**values)


@contextlib.contextmanager
def running(home: Path, people: int = len(CONDUCTS)) -> Iterator[Demo]:
    """The house with its history, from start to end; usually of fewer people than the demo has: each outcome once."""
    build()
    os.environ["EFIR_HOME"] = str(home)
    settings = Settings(home=home, port=free_port(), warehouse_port=free_port())
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    _apart(asyncio.run, _lived(settings, people))
    wanted = {"warehouse", "app"}
    with contextlib.ExitStack() as stack:
        for spec in processes(settings):
            if spec.name in wanted:
                stack.enter_context(_started(spec))
        _apart(open_the_doors, settings)
        warehouse = stack.enter_context(connect("admin", settings))
        yield _furnished(settings, warehouse)


def _apart(work: Callable[..., T], *given: Any) -> T:
    """Do it in a thread of its own: the browser's loop already runs in this one, and a second one cannot."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *given).result()


async def _lived(settings: Settings, people: int) -> None:
    now = dtm.datetime.now(dtm.UTC).replace(microsecond=0)
    async with World(settings.database, now - HISTORY - dtm.timedelta(hours=1), site=settings.address) as world:
        Story(world, now, people=people, passers_by=people).tell()
        await world.run(now, lambda _: None)


@contextlib.contextmanager
def _started(spec: ChildSpec) -> Iterator[None]:
    process = subprocess.Popen(spec.command, cwd=spec.folder, env=os.environ | dict(spec.environment))
    try:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while spec.is_ready and not _apart(asyncio.run, spec.is_ready()):
            assert process.poll() is None, f"{spec.name} ended"
            assert time.monotonic() < deadline, f"{spec.name} is not ready"
        yield
    finally:
        process.terminate()
        process.wait(20)


def _furnished(settings: Settings, warehouse: Warehouse) -> Demo:
    """Members of the staff, links with a right in them, and what only people bring: a note, tasks, a refused fact."""
    now, address = dtm.datetime.now(dtm.UTC), settings.address
    invite = accounts.create_invite(warehouse, STAFF, Role.ADMIN, now, address)
    staff = accounts.accept_invite(warehouse, invite.rpartition("/")[2], PASSWORD, now)
    partner_id = programme.PARTNERS[0].partner_id
    partner = membership.account_of(warehouse, partner_id, now)
    assert staff
    assert partner
    plan = read_programme.schedule(warehouse)
    lead_id = _worked_on(warehouse, now)
    coming, past = _sessions(plan, now)
    place = {"lead_id": lead_id, "webinar_id": programme.AUTO_SLUG, "session_id": coming, "standing": "own"}
    values = {
        "slug": programme.AUTO_SLUG, "webinar_id": programme.AUTO_SLUG, "lead_id": lead_id, "template": "welcome",
        "session_id": coming, "past_session_id": past,
        "thanks": tokens.mint(warehouse, "thanks", place, now=now, ttl=LASTS),
        "me": tokens.mint(warehouse, rights.PURPOSE, {"lead_id": lead_id}, now=now, ttl=LASTS),
        "telegram": tokens.mint(warehouse, "telegram_link", {"lead_id": lead_id}, now=now, ttl=LASTS),
    }  # fmt: skip
    who = {"staff": staff, "partner": partner}
    return Demo(address, warehouse, values, {name: sessions.start(warehouse, one, now) for name, one in who.items()})


def _sessions(plan: Schedule, now: dtm.datetime) -> tuple[str, str]:
    """The next AUTO session and the last one that is over."""
    ours = [one for one in plan.sessions.values() if one.webinar_id == programme.AUTO_SLUG]
    coming = min((one for one in ours if one.starts_at > now), key=lambda one: one.starts_at)
    past = max((one for one in ours if one.planned_end < now), key=lambda one: one.starts_at)
    return coming.session_id, past.session_id


def _worked_on(warehouse: Warehouse, now: dtm.datetime) -> str:
    """A lead with everything on the card."""
    told = {fact.lead_id for fact in warehouse.facts_of(names=["client_webinar_form_submitted"])}
    known = [person.lead_id for person in cohort(SEED, len(CONDUCTS)) if person.lead_id in told]
    lead_id = known[0]
    deeds.note(warehouse, lead_id, "Просит счёт на юрлицо (синтетическая заметка)", by=STAFF, now=now)
    deeds.tag(warehouse, [*known[:4]], "демо-счёт", is_on=True, by=STAFF, now=now)
    for number, stage in enumerate(("contacted", "won")):
        deeds.move(warehouse, known[number : number + 1], stage, by=STAFF, now=now)
    for title, days in (("Выставить счёт (демо)", -1), ("Позвонить после эфира (демо)", 2)):
        tasks.add(warehouse, lead_id, title, now + dtm.timedelta(days=days), STAFF, by=STAFF, now=now)
    warehouse.reject(
        stage="contract", code="invalid", message="visit_no: must be at least 1", payload='{"name": "demo"}',
        emitter="collect_api",
    )  # fmt: skip
    return lead_id
