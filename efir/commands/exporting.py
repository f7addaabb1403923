"""`efir export`: Parquet files of a day, for DuckDB, Polars, DBeaver and whatever else reads them."""

import datetime as dtm
from typing import Annotated

import typer

from efir import settings
from efir.commands.shell import AsJson, Commands, Refused, now, print_json, warehouse
from warehouse.exporting import drop_old, export_day

app = typer.Typer(cls=Commands)


@app.command()
def export(
    day: Annotated[str | None, typer.Argument(help="The day (UTC), as 2026-03-04; default: today so far.")] = None,
    *,
    keep_days: Annotated[
        int | None,
        typer.Option(min=1, help="Delete exports of days older than this; but not the one written now; default: none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the facts of a day and the derived tables as they stand to EFIR_HOME/exports; again replaces the day.

    Dagster does it every night for the day before. Lead ids are in the files, names and contacts are not.

    Try: efir export 2026-03-04 --keep-days 90
    """
    moment, exports = now(), settings.load().exports
    today = moment.date()
    chosen = _day(day) if day else today
    if chosen > today:
        raise Refused(f"{chosen} is not over yet, it has not even begun (days are UTC; today is {today}).")
    with warehouse() as connected:
        typer.echo("Writing …", err=True)
        exported = export_day(connected, exports, chosen, now=moment)
    dropped = drop_old(exports, today=today, kept_days=keep_days, spared=chosen) if keep_days else []
    if as_json:
        told = {"folder": str(exported.folder), "is_whole": exported.is_whole, "rows": exported.rows}
        print_json({**told, "dropped": [str(old) for old in dropped]})
    else:
        typer.echo(f"{exported.folder}: {len(exported.rows)} files, {exported.rows['events']} facts")
        for old in dropped:
            typer.echo(f"deleted: {old}")


def _day(text: str) -> dtm.date:
    try:
        return dtm.date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text} is no day; write it as 2026-03-04.") from None
