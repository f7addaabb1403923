"""`efir import`: a list of people from elsewhere: what would happen to each row, and taking it in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.crm import batches, importing
from app.crm.importing import RowOutcome, Terms
from domain.consents import PURPOSES
from domain.imports import KINDS, ImportProblem, Table, parse
from efir.commands.shell import AsJson, Refused, group, now, print_json, warehouse

app = group("Lists of people from elsewhere.")
PROBLEMS = {
    "empty_file": "The file has no rows of data.",
    "bad_quotes": "A quotation mark is opened and never closed: save the table as CSV again.",
    "no_contacts": "There is no column with a phone or an e-mail. Its columns are: {detail}.",
    "too_many_rows": "More than {detail} rows: split the file.",
    "no_zone": "There is no time zone {detail!r}. For example: --zone Europe/Moscow.",
    "not_text": "This is no CSV text file: save the table as CSV in UTF-8.",
}


@app.command("import")
def import_list(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[
        Path, typer.Argument(help="CSV, or an export of Bizon365 or GetCourse.", exists=True, dir_okay=False)
    ],
    kind: Annotated[str, typer.Option(help=f"{', '.join(KINDS)}; default: told by the headers.")] = "",
    consent: Annotated[
        list[str] | None, typer.Option(help=f"What these people agreed to: {', '.join(PURPOSES)}.")
    ] = None,
    ground: Annotated[str, typer.Option(help="Where and when that consent was given.")] = "",
    zone: Annotated[str, typer.Option(help="Zone of dates that name none.")] = "Europe/Moscow",
    errors: Annotated[Path | None, typer.Option(help="Write refused rows here, with their reason, to mend.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a list of people in. The same file again changes nothing; what a lead has already is not overwritten.

    Try: efir import people.csv --dry-run
    """
    table = _table(file, kind, zone)
    with warehouse() as connected:
        if dry_run:
            outcomes = importing.forecast(connected, table)
        else:
            terms = _terms(consent or [], ground)
            if errors:
                errors.touch()  # what cannot be written is told before anybody is taken in
            if not terms.is_enough:
                raise Refused(
                    "Say what these people agreed to and where: --consent processing --ground 'the form, March 2026'. "
                    "Or look first: --dry-run."
                )
            with typer.progressbar(length=len(table.rows), label="Taking in", hidden=as_json) as bar:
                outcomes = importing.take(
                    connected, table, terms, now=now(), progress=lambda done: bar.update(done - bar.pos)
                )
    if errors:
        errors.write_text("".join(batches.errors(table, outcomes, "en")), encoding="utf-8-sig")
    _say(table, outcomes, dry_run=dry_run, as_json=as_json)


def _terms(consent: Sequence[str], ground: str) -> Terms:
    if unknown := [one for one in consent if one not in PURPOSES]:
        raise Refused(f"There is no consent {unknown[0]!r}; choose of {', '.join(PURPOSES)}.")
    return Terms(tuple(one for one in PURPOSES if one in consent), ground, "efir import")


def _table(file: Path, kind: str, zone: str) -> Table:
    chosen = next((one for one in KINDS if one == kind), None)
    if kind and chosen is None:
        raise Refused(f"There is no kind {kind!r}; choose one of {', '.join(KINDS)}.")
    try:
        return parse(batches.decoded(file.read_bytes()), chosen, time_zone=zone)
    except ImportProblem as found:
        raise Refused(PROBLEMS[found.code].format(detail=found.detail)) from found


def _say(table: Table, outcomes: Sequence[RowOutcome], *, dry_run: bool, as_json: bool) -> None:
    counted = importing.counts(outcomes)
    refused = [
        {"line": one.line, "code": one.code, "reason": batches.reason(one.code, "en")}
        for one in outcomes
        if one.happens == "refused"
    ]
    if as_json:
        rows = [
            {"line": one.line, "happens": one.happens, "code": one.code, "lead_id": one.lead_id} for one in outcomes
        ]
        print_json(
            {"kind": table.kind, "is_dry_run": dry_run, "ignored": table.ignored, "counts": counted, "rows": rows}
        )
        return
    typer.echo(f"{table.kind}, {len(table.rows)} rows{' (dry run: nothing was changed)' if dry_run else ''}")
    typer.echo("  ".join(f"{name}: {number}" for name, number in counted.items()))
    if table.ignored:
        typer.echo(f"Columns not needed: {', '.join(table.ignored)}")
    for one in refused[:20]:
        typer.echo(f"  line {one['line']}: {one['reason']}")
    if len(refused) > 20:  # noqa: PLR2004 - a screenful
        typer.echo(f"  … and {len(refused) - 20} more: --errors FILE writes all of them")
