"""The prompt of `efir sql`: lines with history, statements that end with a semicolon, a few commands with a dot."""

import re
import readline
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import typer

from efir.commands.shell import print_table
from warehouse.interface import Warehouse, WarehouseError

NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
REMEMBERED_LINES = 1000
TABLES = """
select table_schema || '.' || table_name as "table" from information_schema.tables order by table_schema, table_name
"""
HELP = """A statement ends with a semicolon and may take several lines; only reading is possible.
.tables        what can be asked
.schema NAME   the columns of a table, for example .schema marts.leads
.help          this
.quit          the end; Ctrl-D too. Ctrl-C drops a statement that is begun."""

Show = Callable[[pa.Table], None]


def converse(connected: Warehouse, show: Show, history: Path) -> None:
    """Ask and answer until the person leaves. Lines are remembered in `history`, readable by its owner alone."""
    _recall(history)
    typer.echo("Efir, reading only. .help says what can be typed.")
    for said in _statements(history):
        if said in (".quit", ".exit"):
            return
        try:
            _answer(connected, said, show)
        except WarehouseError as error:
            typer.secho(f"✗ {_sentence(error)}", err=True, fg="red")


def _answer(connected: Warehouse, said: str, show: Show) -> None:
    command, _, name = said.partition(" ")
    if command == ".tables":
        print_table(connected.sql(TABLES).to_pylist(), empty="There are no tables.", is_ours=False)
    elif command == ".schema" and NAME.fullmatch(name.strip()):
        columns = connected.sql(f"describe {name.strip()}").select(["column_name", "column_type"])
        print_table(columns.to_pylist(), empty="It has no columns.", is_ours=False)
    elif command == ".schema":
        typer.echo("Name a table: .schema marts.leads (see .tables).")
    elif command == ".help":
        typer.echo(HELP)
    elif said.startswith("."):
        typer.echo(f"There is no {command}; .help says what there is.")
    else:
        show(connected.sql(said))


def _statements(history: Path) -> Iterator[str]:
    """What is typed: a command with a dot, or lines up to a semicolon."""
    lines: list[str] = []
    while True:
        try:
            line = input("   … " if lines else "efir> ").rstrip()
        except KeyboardInterrupt:
            typer.echo("")
            lines.clear()
            continue
        except EOFError:
            typer.echo("")
            return
        _remember(history, line)
        if not lines and not line:
            continue
        lines.append(line)
        if lines[0].startswith(".") or line.endswith(";"):
            yield "\n".join(lines).strip()
            lines.clear()


def _recall(history: Path) -> None:
    if history.exists():
        for line in history.read_text(encoding="utf-8").splitlines()[-REMEMBERED_LINES:]:
            readline.add_history(line)


def _remember(history: Path, line: str) -> None:
    """Line by line, so that a history that was deleted (somebody was forgotten) does not come back at the end."""
    if line:
        history.touch(mode=0o600)
        with history.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def _sentence(error: WarehouseError) -> str:
    """DuckDB's words without the picture of the statement."""
    return " ".join(str(error).partition("\n\nLINE ")[0].split())
