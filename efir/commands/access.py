"""`efir user` and `efir emitter`: who may log in, and who may post facts."""

from typing import Annotated

import typer

from app.access import accounts
from app.access.roles import Role
from domain.events import Emitter
from domain.people import ContactError, normalise_email
from efir import settings
from efir.commands.shell import AsJson, Refused, group, now, print_json, show, warehouse
from warehouse import emitter_keys as keys

users = group("People who may log in to the studio.")
emitters = group("Keys of outside systems that post facts to /api/v1/events.")


@users.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="E-mail, which is also the login.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.HOST,
    *,
    as_json: AsJson = False,
) -> None:
    """Invite somebody: prints a one-time link on which they set their password.

    For somebody who has an account the link sets a new password and role.

    Try: efir user add vera@example.com --role marketer
    """
    try:
        login = normalise_email(email)
    except ContactError as error:
        raise Refused(f"{email!r} is no e-mail address.") from error
    with warehouse() as connected:
        link = accounts.create_invite(connected, login, role, now(), settings.load().address)
    if as_json:
        print_json({"email": email, "role": role, "link": link})
    else:
        typer.echo(f"{email} becomes {role} with this link (one time, 7 days):\n{link}")


@users.command("list")
def list_users(*, as_json: AsJson = False) -> None:
    """Show everybody who has an account.

    Try: efir user list --json
    """
    with warehouse() as connected:
        found = accounts.listed(connected)
    rows = [
        {"email": one.email, "role": str(one.role), "active": one.is_active, "since": one.created_at} for one in found
    ]
    show(rows, as_json=as_json, empty="Nobody has an account yet. Invite somebody: efir user add E-MAIL --role admin")


@emitters.command("add")
def add_emitter(
    name: Annotated[str, typer.Argument(help="What to call the system behind the key.")],
    events: Annotated[
        str | None, typer.Option(help="Events it may state, separated by commas; default: all its emitter may.")
    ] = None,
    emitter: Annotated[
        Emitter, typer.Option(help="In whose name it speaks.", metavar=f"<{'|'.join(sorted(keys.EXTERNAL))}>")
    ] = Emitter.COLLECT_API,
    *,
    as_json: AsJson = False,
) -> None:
    """Make a key for an outside system. The key is printed once and cannot be read again.

    Try: efir emitter add tilda --events touch_recorded,core_ingest_event
    """
    chosen = None if events is None else [part.strip() for part in events.split(",") if part.strip()]
    with warehouse() as connected:
        key = keys.add(connected, name, emitter, chosen, now=now())
    if as_json:
        print_json({"name": name, "emitter": emitter, "key": key})
        return
    typer.echo(f"Key of {name} (shown only now):\n{key}")
    typer.echo(f"It is sent as: Authorization: Bearer … to {settings.load().address}/api/v1/events")


@emitters.command("list")
def list_emitters(*, as_json: AsJson = False) -> None:
    """Show the keys in force.

    Try: efir emitter list --json
    """
    with warehouse() as connected:
        found = keys.listed(connected)
    rows = [
        {
            "name": key.name,
            "emitter": str(key.emitter),
            "events": sorted(key.events),
            "since": key.created_at,
        }
        for key in found
    ]
    show(rows, as_json=as_json, empty="No keys yet. Make one: efir emitter add NAME --events …")


@emitters.command("revoke")
def revoke_emitter(
    name: Annotated[str, typer.Argument(help="Name of the system.")], *, as_json: AsJson = False
) -> None:
    """Take every key of this name out of force, within five seconds.

    Try: efir emitter revoke tilda
    """
    with warehouse() as connected:
        count = keys.revoke(connected, name)
    if not count:
        raise Refused(f"There is no key named {name}. See them: efir emitter list")
    if as_json:
        print_json({"name": name, "revoked": count})
        return
    typer.echo(f"{count} key{'s' if count > 1 else ''} of {name} revoked.")
