"""`efir erase` and `efir export-person`: the rights of one person, from the terminal."""

import time
from pathlib import Path
from typing import Annotated

import typer

from app.rights import dossier, erasing
from app.rights.family import of_one_person
from efir import settings
from efir.commands.shell import AsJson, Commands, Refused, now, print_json, warehouse
from warehouse.copies import cleanse
from warehouse.interface import Warehouse

app = typer.Typer(cls=Commands)
OPERATOR = "cli"
REWRITTEN_WITHIN_SECONDS = 900


@app.command("erase")
def erase(
    lead: Annotated[str, typer.Argument(help="The lead's id: the end of their card's address in the studio.")],
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    with_copies: Annotated[bool, typer.Option(help="Take them out of the backups under EFIR_HOME too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Forget a person for good: name, contacts, chat, what they wrote and were written. Numbers stay as they are.

    Copies of backups kept elsewhere are yours to delete; a restore from one forgets the person again by itself.

    Try: efir erase 7d2f…
    """
    with warehouse() as connected:
        known = of_one_person(connected, lead)
        question = f"Forget the person behind {', '.join(known)}? This cannot be undone."
        if not is_sure and not typer.confirm(question):
            raise Refused("Nothing was changed.")
        erased = erasing.erase(connected, lead, by=OPERATOR, now=now())
        _await_rewriting(connected)
    copies = cleanse(settings.load(), heard=_heard) if with_copies else 0
    if as_json:
        print_json({"leads": erased.lead_ids, "pieces": erased.pieces, "copies_cleansed": copies})
    else:
        typer.echo(f"Forgotten: {erased.pieces} pieces of personal data; {copies} backups cleansed.")


def _await_rewriting(connected: Warehouse) -> None:
    """The file is rewritten by its owner; wait, so that «forgotten» means the disk too."""
    deadline = time.monotonic() + REWRITTEN_WITHIN_SECONDS
    typer.echo("Rewriting the database file …", err=True)
    while connected.health()["is_rewrite_due"]:
        if time.monotonic() > deadline:
            raise Refused("The data is deleted, but the file is not rewritten yet. See `efir doctor` and the log.")
        time.sleep(0.2)


def _heard(path: Path, found: int) -> None:
    typer.echo(f"{path}: {f'{found} forgotten people taken out' if found else 'nobody to take out'}", err=True)


@app.command("export-person")
def export_person(
    lead: Annotated[str, typer.Argument(help="The lead's id: the end of their card's address in the studio.")],
    target: Annotated[Path | None, typer.Argument(help="File to write; default: the terminal.")] = None,
) -> None:
    """Everything that is known of one person as JSON: to be given to them. The file is readable by you alone.

    Try: efir export-person 7d2f… person.json
    """
    with warehouse() as connected:
        text = dossier.as_json(dossier.dossier(connected, lead, now=now()))
    if target is None:
        typer.echo(text)
        return
    target.touch(mode=0o600)
    target.write_text(text, encoding="utf-8")
    typer.echo(f"{target} ({len(text.encode()) / 1024:.0f} KiB)", err=True)
