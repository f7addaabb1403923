"""`efir up`, `demo`, `status`, `doctor`: run the house and see how it is."""

import os
import sys
from dataclasses import asdict
from typing import Any

import typer

from efir import condition, settings
from efir.commands.shell import AsJson, Commands, Refused, now, print_json, print_table, warehouse
from efir.doctor import examine

app = typer.Typer(cls=Commands)


@app.command("up")
def start() -> None:
    """Start everything on this machine and keep it running; Ctrl-C ends it.

    Data lives in EFIR_HOME (default ./.efir). Other ports: EFIR_PORT, EFIR_DAGSTER_PORT, EFIR_WAREHOUSE_PORT.

    Try: EFIR_PORT=8080 efir up
    """
    _become()


@app.command("demo")
def start_demo() -> None:
    """Start everything with a synthetic cohort to look at. Data lives in ./.efir-demo unless EFIR_HOME is set."""
    _become("--demo")


def _become(*arguments: str) -> None:
    """Go on as the supervisor alone: what the commands import need not stay in memory for weeks."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "efir.up", *arguments])  # noqa: S606 - no shell wanted


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Show the processes, the log, what waits and what was refused."""
    configured = settings.load()
    with warehouse() as connected:
        report = condition.report(configured, connected, now())
    if as_json:
        print_json(report)
        return
    typer.echo(f"{report['address']} · data in {report['home']}")
    print_table(report["processes"], empty="No `efir up` holds this folder; only the warehouse answers.")
    typer.echo("")
    for name, value in _told(report["log"]):
        typer.echo(f"{name:<18} {value}")


def _told(log: dict[str, Any]) -> list[tuple[str, str]]:
    waits = f"{log['waiting_messages']} (the oldest for {log['lag_seconds']} s)" if log["waiting_messages"] else "0"
    refused = f"{log['rejected_open']}{'  → efir replay-rejected' if log['rejected_open'] else ''}"
    return [
        ("facts", f"{log['facts']} (last seq {log['last_seq']})"),
        ("size", f"{log['size_mib']} MiB"),
        ("messages waiting", waits),
        ("refused facts", refused),
    ]


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look for what could be wrong, and say what to do about it. Exit code 1 if something is."""
    findings = examine(settings.load())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = typer.style("✓", fg="green") if finding.is_fine else typer.style("✗", fg="red")
            typer.echo(f"{mark} {finding.subject:<14} {finding.seen}")
            if finding.advice:
                typer.echo(f"  → {finding.advice}")
    wrong = sum(1 for finding in findings if not finding.is_fine)
    if wrong:
        raise Refused(f"{wrong} of {len(findings)} need attention.")
