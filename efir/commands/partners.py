"""`efir partner`: people who bring leads, and the addresses they spread."""

import re
import secrets
import uuid
from typing import Annotated

import typer

from domain.events import Emitter, Fact, PartnerJoined
from domain.webinars import SCHEDULE_EVENTS, Schedule, fold_schedule
from efir import settings
from efir.commands.shell import AsJson, Refused, group, now, print_json, show, warehouse
from warehouse.interface import Personal, PersonalRow, Warehouse

partners = group("Partners: people who bring leads.")
CODE = re.compile(r"[a-z0-9_-]{2,32}")


@partners.command("add")
def add_partner(
    name: Annotated[str, typer.Argument(help="What the partner is called.")],
    code: Annotated[str | None, typer.Option(help="The code in their links; default: a random one.")] = None,
    invited_by: Annotated[str | None, typer.Option(help="Code of the partner who brought them.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Add a partner and print their links, one for every webinar.

    Try: efir partner add "Клуб «Пример»" --code primer
    """
    chosen = code or secrets.token_hex(3)
    if not CODE.fullmatch(chosen):
        raise Refused(f"{chosen!r} cannot be a code: 2 to 32 of a-z, 0-9, _ and -.")
    with warehouse() as connected:
        schedule = _schedule(connected)
        if schedule.by_code(chosen) is not None:
            raise Refused(f"The code {chosen} is taken.")
        partner_id = _join(connected, name, chosen, _partner_id(schedule, invited_by))
    slugs = [webinar.slug for webinar in schedule.webinars.values()] or ["<webinar>"]
    links = [f"{settings.load().address}/w/{slug}?ref={chosen}" for slug in slugs]
    if as_json:
        print_json({"partner_id": partner_id, "code": chosen, "links": links})
    else:
        typer.echo("\n".join([f"{name} is a partner ({partner_id}). Links:", *links]))


@partners.command("list")
def list_partners(*, as_json: AsJson = False) -> None:
    """Show every partner."""
    with warehouse() as connected:
        schedule = _schedule(connected)
        rows = connected.people(list(schedule.partners), {Personal.NAME}) if schedule.partners else []
    names = {row.subject_id: row.value for row in rows}
    shown = [
        {"code": one.code, "name": names.get(one.partner_id, ""), "telegram": one.channel, "partner": one.partner_id}
        for one in schedule.partners.values()
    ]
    show(shown, as_json=as_json, empty="No partners yet. Add one: efir partner add NAME")


def _join(connected: Warehouse, name: str, code: str, invited_by: str | None) -> str:
    partner_id = str(uuid.uuid4())
    joined = PartnerJoined(partner_id=partner_id, code=code, invited_by=invited_by)
    fact = Fact.of(joined, emitter=Emitter.CORE, occurred_at=now())
    connected.append([fact], personal=[PersonalRow(partner_id, Personal.NAME, name, given_at=now())])
    return partner_id


def _schedule(connected: Warehouse) -> Schedule:
    return fold_schedule(connected.facts_of(names=SCHEDULE_EVENTS))


def _partner_id(schedule: Schedule, code: str | None) -> str | None:
    if code is None:
        return None
    partner = schedule.by_code(code)
    if partner is None:
        raise Refused(f"There is no partner with the code {code}. See them: efir partner list")
    return partner.partner_id
