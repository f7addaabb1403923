"""`efir webhook`: addresses of other systems that get facts. The studio's form checks what was typed."""

from typing import Annotated

import typer

from app.studio import webhook_deeds
from domain.webhooks import DELIVERABLE
from efir.commands.shell import AsJson, Refused, form, group, now, print_json, show, warehouse
from warehouse.interface import Warehouse
from warehouse.reads import webhooks as reads
from warehouse.reads.webhooks import Numbers

webhooks = group("Webhooks: addresses of other systems that get facts, signed.")
Endpoint = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Its id, as `efir webhook list` shows it.")]


@webhooks.command("add")
def add_webhook(
    url: Annotated[str, typer.Argument(help="Where the facts are sent: https, on the public internet.")],
    events: Annotated[list[str], typer.Option("--event", help="A fact it gets; several times, or `all`.")],
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Add an endpoint and print its signing secret, this once.

    Try: efir webhook add https://crm.example.org/efir --event core_lead_created --event client_webinar_entered
    """
    chosen = DELIVERABLE if "all" in events else events
    if unknown := sorted(set(chosen) - set(DELIVERABLE)):
        raise Refused(f"There is no fact {unknown[0]!r} to choose. These may be: {', '.join(DELIVERABLE)}.")
    with warehouse() as connected, form():
        typed = {"url": url, "note": note, **webhook_deeds.ticked(chosen)}
        fact = webhook_deeds.endpoint_set(typed, by="", now=now())
        connected.append([fact])
    endpoint_id = str(fact.properties["endpoint_id"])
    secret = webhook_deeds.first_secret(endpoint_id)
    if as_json:
        print_json({"endpoint": endpoint_id, "url": fact.properties["url"], "secret": secret})
    else:
        typer.echo(f"{endpoint_id} gets {len(chosen)} kinds of facts. Its secret, shown this once:\n{secret}")


@webhooks.command("list")
def list_webhooks(*, as_json: AsJson = False) -> None:
    """Show every endpoint and how its deliveries stand.

    Try: efir webhook list --json
    """
    with warehouse() as connected:
        found, counts = reads.endpoints(connected), reads.numbers(connected)
    rows = []
    for one in found.values():
        how = counts.get(one.endpoint_id, Numbers())
        rows.append(
            {
                "endpoint": one.endpoint_id, "state": one.state, "why": one.reason, "url": one.url, "note": one.note,
                "events": len(one.event_types), "delivered": how.delivered, "failed": how.failed, "dead": how.dead,
            }
        )  # fmt: skip
    show(rows, as_json=as_json, empty="No endpoints yet. Add one: efir webhook add URL --event core_lead_created")


@webhooks.command("replay")
def replay_webhooks(
    endpoint: Endpoint,
    delivery: Annotated[str, typer.Option(help="Only this delivery (its webhook-id), dead or delivered.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Send dead deliveries of an endpoint again; the running notifier takes them on within seconds.

    Try: efir webhook replay k3j9x2m4qa --delivery 0f1c2d3e-…
    """
    with warehouse() as connected:
        count = _replay(connected, endpoint, delivery)
    if as_json:
        print_json({"endpoint": endpoint, "deliveries": count})
    else:
        typer.echo(f"{count} to be sent again." if count else "Nothing of this endpoint is dead.")


def _replay(connected: Warehouse, endpoint: str, delivery: str) -> int:
    if endpoint not in reads.endpoints(connected):
        raise Refused(f"There is no endpoint {endpoint}. See them: efir webhook list")
    count = 1 if delivery else reads.numbers(connected).get(endpoint, Numbers()).dead
    if delivery and delivery not in reads.attempted(connected, endpoint, 0):
        raise Refused(f"This endpoint has no delivery {delivery}. Its dead ones all at once: leave --delivery out.")
    if count:
        connected.append([webhook_deeds.replayed(endpoint, delivery or None, by="", now=now())])
    return count
