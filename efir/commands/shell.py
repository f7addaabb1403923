"""What every command shares: the way to the warehouse, errors as one sentence, tables and JSON on the terminal."""

import datetime as dtm
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from app.shared.texts import translate
from app.studio.forms import Complaints
from domain.events import ContractError
from efir import settings
from efir.process.readiness import is_free
from warehouse import secrets
from warehouse.client import connect
from warehouse.interface import Warehouse, WarehouseError

WIDE = 200
"""Columns of a table that nobody's terminal bounds."""
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


class Refused(RuntimeError):  # noqa: N818 - reads as what it says
    """The command cannot do what was asked; the message says what to do instead."""


SENTENCES = (Refused, WarehouseError, ContractError, settings.WronglySet)
"""Errors whose message is meant for the person at the terminal."""


class Commands(TyperGroup):
    """A group whose commands never answer with a traceback for what an operator can put right."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # typer vendors it
        """Run the command; known errors become one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except SENTENCES as error:
            typer.secho(f"✗ {error}", err=True, fg="red")
            raise typer.Exit(1) from error
        except OSError as error:
            if not error.filename:
                raise
            typer.secho(f"✗ {error.filename}: {error.strerror}", err=True, fg="red")
            raise typer.Exit(1) from error


def group(help_text: str) -> typer.Typer:
    """A group of commands on one topic."""
    return typer.Typer(
        cls=Commands, no_args_is_help=True, help=help_text, rich_markup_mode=None, pretty_exceptions_enable=False
    )


@contextmanager
def warehouse() -> Iterator[Warehouse]:
    """The running warehouse, as an administrator. Raises Refused at once when nothing runs (a client would wait)."""
    configured = settings.load()
    if is_free(configured.warehouse_port, "127.0.0.1"):
        port = configured.warehouse_port
        raise Refused(f"Efir is not running: nothing answers at port {port} (EFIR_WAREHOUSE_PORT). Start it: efir up")
    if not secrets.are_made(configured.home):
        raise Refused(f"No Efir has lived in {configured.home.absolute()} yet. Set EFIR_HOME, or begin: efir up")
    with connect("admin", configured) as connected:
        yield connected


@contextmanager
def form() -> Iterator[None]:
    """What a form of the studio complains about, as sentences. Raises Refused."""
    try:
        yield
    except Complaints as error:
        said = [f"{field}: {translate('en', f'studio.wrong.{code}')}" for field, code in error.fields.items()]
        raise Refused("\n  ".join(said)) from error


def now() -> dtm.datetime:
    """The only clock of the commands."""
    return dtm.datetime.now(dtm.UTC)


def print_json(value: Any) -> None:
    """One JSON document; instants in ISO 8601."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_json_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """The same document as `print_json` of a list, without holding it in memory."""
    first = next(iterator := iter(rows), None)
    if first is None:
        print_json([])
        return
    typer.echo("[")
    for number, row in enumerate(itertools.chain([first], iterator)):
        text = json.dumps(row, ensure_ascii=False, indent=2, default=str).replace("\n", "\n  ")
        typer.echo(f"{',' + chr(10) if number else ''}  {text}", nl=False)
    typer.echo("\n]")


def print_table(rows: Sequence[Mapping[str, Any]], *, empty: str, is_ours: bool = True) -> None:
    """Rows under their column names, in words where they are ours; `empty` says what to do when there are none."""
    if not rows:
        typer.echo(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name.replace("_", " ") if is_ours else name, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    console = Console() if sys.stdout.isatty() else Console(width=WIDE)
    console.print(table)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """The same rows for a machine or for a person."""
    if as_json:
        print_json([dict(row) for row in rows])
    else:
        print_table(rows, empty=empty)
