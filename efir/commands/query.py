"""`efir sql`: read-only questions to the live warehouse, one by one or in a conversation."""

import contextlib
import csv
import io
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from efir import settings
from efir.commands.prompt import converse
from efir.commands.shell import Commands, Refused, print_json_rows, print_table, warehouse

app = typer.Typer(cls=Commands)
ROWS_AT_ONCE = 10_000
MOST_IN_A_TABLE = 10_000
"""The widths of a table's columns follow from all of its rows."""


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


@app.command()
def sql(
    text: Annotated[
        str | None,
        typer.Argument(help="One SELECT statement (DuckDB's SQL); - reads it from standard input; none: a prompt."),
    ] = None,
    answer_format: Annotated[Format, typer.Option("--format", help="How to write the answer.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="File to write; default: the terminal.", dir_okay=False)] = None,
) -> None:
    """Ask the live warehouse a read-only question; without one, on a terminal, a prompt takes many.

    Try:

      efir sql "select name, count(*) from events group by 1 order by 2 desc"

      efir sql "select * from marts.leads" --format parquet --output leads.parquet

      efir sql
    """
    is_conversation = text is None and sys.stdin.isatty()
    is_binary = answer_format is Format.PARQUET and output is None
    if is_conversation and (output is not None or is_binary):
        raise Refused('At the prompt answers are shown; to write a file give the statement: efir sql "select …"')
    if is_binary and sys.stdout.isatty():
        raise Refused("Parquet is not for the terminal: add --output FILE.")
    with warehouse() as connected:
        if is_conversation:
            converse(connected, lambda answer: _print(answer, answer_format), settings.load().sql_history)
            return
        answer = connected.sql(sys.stdin.read() if text in (None, "-") else str(text))
    if output is None:
        _print(answer, answer_format)
    else:
        _save(answer, answer_format, output)
        typer.echo(f"{output} ({answer.num_rows} rows)", err=True)


def _print(answer: pa.Table, answer_format: Format) -> None:
    match answer_format:
        case Format.PARQUET:
            sys.stdout.buffer.write(_parquet(answer))
            sys.stdout.buffer.flush()
        case Format.JSON:
            print_json_rows(_rows(answer))
        case Format.CSV:
            writer = csv.DictWriter(sys.stdout, answer.column_names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(_rows(answer))
        case Format.TABLE:
            shown = answer.slice(0, MOST_IN_A_TABLE)
            print_table(shown.to_pylist(), empty=f"No rows. Columns: {', '.join(answer.column_names)}.", is_ours=False)
            if shown.num_rows < answer.num_rows:
                rest = f"The first {shown.num_rows} of {answer.num_rows} rows. All: --format csv --output FILE"
                typer.echo(rest, err=True)


def _rows(answer: pa.Table) -> Iterator[dict[str, Any]]:
    """One by one: as Python's objects an answer takes twenty times the memory."""
    for batch in answer.to_batches(max_chunksize=ROWS_AT_ONCE):
        yield from batch.to_pylist()


def _save(answer: pa.Table, answer_format: Format, target: Path) -> None:
    """Written beside the target first: who reads it sees the old file or the whole new one. Raises Refused."""
    draft = target.with_name(f".{target.name}.draft")
    try:
        if answer_format is Format.PARQUET:
            draft.write_bytes(_parquet(answer))
        else:
            with draft.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
                _print(answer, answer_format)
        draft.replace(target)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _parquet(answer: pa.Table) -> bytes:
    """The types of the answer are kept: instants with their zone, lists, numbers."""
    written = io.BytesIO()
    pq.write_table(answer, written, compression="zstd")
    return written.getvalue()
