"""`efir partner`: people who bring leads, and the addresses they spread. The studio's form checks what was typed."""

from typing import Annotated

import typer

from app.studio.recruiting import joined, personal_link
from efir import settings
from efir.commands.schedule import schedule_of
from efir.commands.shell import AsJson, form, group, now, print_json, show, warehouse
from warehouse.interface import Personal

partners = group("Partners: people who bring leads.")


@partners.command("add")
def add_partner(
    name: Annotated[str, typer.Argument(help="What the partner is called.")],
    code: Annotated[str, typer.Option(help="The code in their links; default: made from the name.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Add a partner and print their links, one for every webinar.

    Try: efir partner add "Клуб «Пример»" --code primer
    """
    with warehouse() as connected, form():
        schedule = schedule_of(connected)
        fact, row = joined({"name": name, "code": code}, schedule, now=now())
        connected.append([fact], personal=[row])
    chosen, address = fact.properties["code"], settings.load().address
    slugs = [webinar.slug for webinar in schedule.webinars.values()] or ["<webinar>"]
    links = [personal_link(address, slug, chosen) for slug in slugs]
    if as_json:
        print_json({"partner_id": row.subject_id, "code": chosen, "links": links})
    else:
        typer.echo("\n".join([f"{name} is a partner ({chosen}). Links:", *links]))


@partners.command("list")
def list_partners(*, as_json: AsJson = False) -> None:
    """Show every partner.

    Try: efir partner list --json
    """
    with warehouse() as connected:
        schedule = schedule_of(connected)
        rows = connected.people(list(schedule.partners), {Personal.NAME}) if schedule.partners else []
    names = {row.subject_id: row.value for row in rows}
    shown = [
        {"code": one.code, "name": names.get(one.partner_id, ""), "telegram": one.channel, "partner": one.partner_id}
        for one in schedule.partners.values()
    ]
    show(shown, as_json=as_json, empty="No partners yet. Add one: efir partner add NAME")
