"""`efir backup` and `efir restore`: a consistent copy of the warehouse, and the way back."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from domain.failures import Seen
from efir import settings
from efir.commands.shell import AsJson, Commands, Refused, now, print_json, warehouse
from pipelines.telling import tell
from warehouse.backups import reason
from warehouse.credentials import Credential
from warehouse.interface import Warehouse, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.ownership import Ownership

app = typer.Typer(cls=Commands)


@app.command()
def backup(
    folder: Annotated[Path | None, typer.Argument(help="Where to put it; default: EFIR_HOME/backups.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Copy the live warehouse, consistently, while everything goes on. Secrets and media are not in it.

    Dagster does it every night and keeps EFIR_BACKUPS_KEPT copies; what is made by hand stays until you delete it.

    Try: efir backup /mnt/backups
    """
    target = folder or settings.load().backups
    began = time.monotonic()
    with warehouse() as connected:
        typer.echo("Copying the warehouse …", err=True)
        path = _copied(connected, target)
    size = path.stat().st_size
    if as_json:
        print_json({"path": str(path), "bytes": size})
    else:
        typer.echo(f"{path} ({size / 2**20:.1f} MiB, {time.monotonic() - began:.1f} s). Way back: efir restore {path}")


def _copied(connected: Warehouse, folder: Path) -> Path:
    """The copy. That none could be made is stated: by night nobody sits at the terminal. Raises Refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = connected.backup(folder)
    except (OSError, WarehouseError) as error:
        tell(connected, [Seen("backup", "warehouse", now(), reason(error))], (), now())
        raise Refused(f"No copy was made in {folder}: {error}") from error
    tell(connected, [], {("backup", "warehouse"), ("backup", "nightly")}, now())
    return path


@app.command()
def restore(
    copy: Annotated[Path, typer.Argument(help="A file made by `efir backup`.", exists=True, dir_okay=False)],
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a copy in the place of the warehouse. Efir must not be running; what is there now is kept beside it.

    Try: efir restore .efir/backups/warehouse-20300131T190000000000Z.duckdb
    """
    configured = settings.load()
    facts = _facts_in(copy, configured.home)
    kept = configured.backups / f"before-restore-{now():%Y%m%dT%H%M%SZ}.duckdb"
    question = f"Put a warehouse of {facts} facts in the place of {configured.database}? What is there goes to {kept}."
    if not is_sure and not typer.confirm(question):
        raise Refused("Nothing was changed.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    configured.database.parent.mkdir(parents=True, exist_ok=True)
    with Ownership(configured.database, now=now()):
        _swap(copy, configured.database, kept)
    if as_json:
        print_json({"facts": facts, "database": str(configured.database), "kept": str(kept)})
    else:
        typer.echo(f"Restored: {facts} facts. Start again: efir up")


def _facts_in(copy: Path, home: Path) -> int:
    """Facts in the copy, if it opens and its self-check passes; the copy itself is not touched."""
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:  # where the copy lies one may not be allowed to write
        trial = Path(folder) / "warehouse.duckdb"
        shutil.copyfile(copy, trial)
        try:
            with LocalWarehouse(trial, credential=Credential.of("admin")) as opened:
                health = opened.health()
        except WarehouseError as error:
            why = str(error.__cause__ or error).replace(str(trial), str(copy)).strip()
            raise Refused(f"{copy} is not a warehouse that can be used. {why}") from error
    if health["self_check"] != "ok":
        raise Refused(f"{copy} is harmed, too ({health['self_check']}): take an older one.")
    return int(health["facts"])


def _swap(copy: Path, database: Path, kept: Path) -> None:
    draft = database.with_suffix(".restoring")
    shutil.copyfile(copy, draft)
    journal = database.with_suffix(".duckdb.wal")
    for old, new in ((database, kept), (journal, kept.with_suffix(".duckdb.wal"))):
        if old.exists():
            old.rename(new)
    draft.rename(database)
