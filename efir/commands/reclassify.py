"""`efir reclassify`: sessions that are over, judged anew under their webinar's present attendance policy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from efir import settings
from efir.commands.shell import AsJson, Commands, now, print_json, show, warehouse
from pipelines.backfill import Backfill, Outlook, Report
from warehouse.client import connect

app = typer.Typer(cls=Commands)
UP_TO_DATE = "Every finished session is judged by the present policy: nothing to do."


@app.command("reclassify")
def reclassify(
    webinar: Annotated[str, typer.Argument(help="Id or slug of the webinar.")],
    *,
    session: Annotated[list[str] | None, typer.Option(help="Only this session (may be given several times).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge finished sessions anew under the webinar's present policy (change it in the studio).

    Appends new verdicts and edits none. Nobody is written to again: routes already acted on stay as they are.

    Try: efir reclassify start --dry-run
    """
    moment = now()
    with warehouse(), connect("pipelines", settings.load()) as connected:
        backfill = Backfill.of(connected, webinar, session or (), moment)
        with _progress("Looking") as report:
            outlook = backfill.outlook(connected, report)
        verdicts = None
        if not dry_run and outlook:
            with _progress("Judging") as report:
                verdicts = backfill.run(connected, moment, report)
    if as_json:
        print_json(_document(backfill, outlook, verdicts, dry_run=dry_run))
        return
    show([_row(one) for one in outlook], as_json=False, empty=UP_TO_DATE)
    if outlook:
        version = backfill.webinar.policy.version
        told = f"{verdicts} verdicts stand under policy v{version}." if verdicts is not None else "Nothing was changed."
        typer.echo(told)


@contextmanager
def _progress(label: str) -> Iterator[Report]:
    """A bar on stderr, where a person looks and no pipe reads."""
    with typer.progressbar(length=1, label=label, file=typer.get_text_stream("stderr")) as bar:

        def report(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield report


def _row(one: Outlook) -> dict[str, Any]:
    return {
        "session": one.session.session_id,
        "starts": one.session.starts_at.isoformat(timespec="seconds"),
        "policy": f"v{one.policy_before} → v{one.policy_version}",
        "judged": one.effect.judged,
        "not attended → attended": len(one.effect.gained),
        "attended → not attended": len(one.effect.lost),
        "unchanged": one.effect.unchanged,
    }


def _document(backfill: Backfill, outlook: Sequence[Outlook], verdicts: int | None, *, dry_run: bool) -> dict[str, Any]:
    sessions = [
        {
            "session": one.session.session_id,
            "starts_at": one.session.starts_at,
            "policy_before": one.policy_before,
            "judged": one.effect.judged,
            "gained": [change.lead_id for change in one.effect.gained],
            "lost": [change.lead_id for change in one.effect.lost],
            "unchanged": one.effect.unchanged,
        }
        for one in outlook
    ]
    return {
        "webinar": backfill.webinar.webinar_id,
        "policy": backfill.webinar.policy.model_dump(mode="json"),
        "dry_run": dry_run,
        "sessions": sessions,
        "verdicts": verdicts,
    }
