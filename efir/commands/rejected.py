"""`efir replay-rejected`: facts that were refused get a second chance."""

from typing import Annotated

import typer

from efir.commands.shell import AsJson, Commands, Refused, now, print_json, show, warehouse
from warehouse.interface import Receipt, Warehouse
from warehouse.replay import discard, replay

app = typer.Typer(cls=Commands)
EVERY = 1_000_000


@app.command("replay-rejected")
def replay_rejected(
    rejected_id: Annotated[str | None, typer.Argument(metavar="ID", help="One refused fact.")] = None,
    *,
    replay_all: Annotated[bool, typer.Option("--all", help="Every open one.")] = False,
    drop: Annotated[bool, typer.Option("--discard", help="Close without appending.")] = False,
    as_json: AsJson = False,
) -> None:
    """Append refused facts again, after their cause is mended. Without ID or --all: list the open ones.

    Try:

      efir replay-rejected

      efir replay-rejected --all

      efir replay-rejected 4be1… --discard
    """
    with warehouse() as connected:
        if rejected_id is None and not replay_all:
            _list(connected, as_json=as_json)
            return
        every = (row.rejected_id for row in connected.rejected(state="open", limit=EVERY))
        chosen = [rejected_id] if rejected_id is not None else list(every)
        if drop:
            for one in chosen:
                discard(connected, one)
            if as_json:
                print_json([{"id": one, "status": "discarded"} for one in chosen])
            else:
                typer.echo(f"{len(chosen)} discarded.")
            return
        _replay(connected, chosen, as_json=as_json)


def _list(connected: Warehouse, *, as_json: bool) -> None:
    rows = [
        {
            "id": row.rejected_id, "emitter": row.emitter, "code": row.code, "message": row.message,
            "count": row.count, "last_seen": row.last_seen_at.isoformat(timespec="seconds"),
        }
        for row in connected.rejected(state="open")
    ]  # fmt: skip
    show(rows, as_json=as_json, empty="Nothing is refused: every fact that came in is in the log.")


def _replay(connected: Warehouse, ids: list[str], *, as_json: bool) -> None:
    receipts: dict[str, Receipt] = {}
    with typer.progressbar(ids, label="Replaying", file=typer.get_text_stream("stderr")) as progress:
        for one in progress:
            receipts[one] = replay(connected, one, now=now())
    rows = [{"id": key, "status": one.status, "seq": one.seq, "message": one.message} for key, one in receipts.items()]
    show(rows, as_json=as_json, empty="Nothing was open.")
    refused = sum(1 for one in receipts.values() if not one.is_stored)
    if refused:
        raise Refused(f"{refused} of {len(ids)} are still refused; their reasons are above.")
