"""`efir sql`: one read-only question to the warehouse."""

import csv
import io
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from efir.commands.shell import Commands, print_json, print_table, warehouse

app = typer.Typer(cls=Commands)


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command()
def sql(
    text: Annotated[str, typer.Argument(help="One SELECT statement (DuckDB's SQL); - reads it from standard input.")],
    answer_format: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TABLE,
) -> None:
    """Ask the live warehouse a read-only question.

    Try:

      efir sql "select name, count(*) from events group by 1 order by 2 desc"

      efir sql "select * from marts.leads" --format csv > leads.csv
    """
    with warehouse() as connected:
        answer = connected.sql(sys.stdin.read() if text == "-" else text)
    rows: list[dict[str, Any]] = answer.to_pylist()
    match answer_format:
        case Format.JSON:
            print_json(rows)
        case Format.CSV:
            typer.echo(_csv(answer.column_names, rows), nl=False)
        case Format.TABLE:
            print_table(rows, empty=f"No rows. Columns: {', '.join(answer.column_names)}.")


def _csv(columns: list[str], rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
