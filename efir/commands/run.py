"""`efir up`, `demo`, `status`, `doctor`: run the house and see how it is."""

import os
import sys
from dataclasses import asdict
from typing import Any

import typer

from efir import condition, settings
from efir.commands.shell import AsJson, Commands, Refused, now, print_json, print_table, warehouse
from efir.doctor import examine
from warehouse.interface import WarehouseError

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
    """Start everything with a synthetic cohort to look at. Data lives in ./.efir-demo unless EFIR_HOME is set.

    Try: efir demo, or EFIR_PORT=8080 EFIR_DAGSTER_PORT=8081 efir demo
    """
    _become("--demo")


def _become(*arguments: str) -> None:
    """Go on as the supervisor alone: what the commands import need not stay in memory for weeks."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "efir.up", *arguments])  # noqa: S606 - no shell wanted


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Show the processes, the log, what waits and what was refused. Exit code 1 if the warehouse is away or harmed.

    Try: efir status, or efir status --json | jq .log.lag_seconds
    """
    configured = settings.load()
    report, problem = _report(configured)
    if as_json:
        print_json(report)
    else:
        typer.echo(f"{report['address']} · data in {report['home']}")
        print_table(report["processes"], empty="Nothing runs here.")
        typer.echo("")
        for name, value in [*(_told(report["log"]) if report["log"] else ()), ("newest copy", _copy(report["copy"]))]:
            typer.echo(f"{name:<18} {value}")
    if problem:
        raise Refused(problem)


def _report(configured: settings.Settings) -> tuple[dict[str, Any], str]:
    """What is to be told, and what is wrong with it ("" for nothing)."""
    try:
        with warehouse() as connected:
            report = condition.report(configured, connected, now())
    except (Refused, WarehouseError) as error:
        report = condition.report(configured, None, now())
        if report["held_by"] is None:
            return report, str(error)
        log = configured.home / "logs" / "warehouse.log"
        return report, f"The warehouse does not answer; the supervisor starts it again. Why it ended: {log}"
    check = report["log"]["self_check"]
    return report, "" if check == "ok" else f"The log is harmed ({check}). What to do: efir doctor"


def _told(log: dict[str, Any]) -> list[tuple[str, str]]:
    waits = f"{log['waiting_messages']} (the oldest for {log['lag_seconds']} s)" if log["waiting_messages"] else "0"
    refused = f"{log['rejected_open']}{'  → efir replay-rejected' if log['rejected_open'] else ''}"
    return [
        ("facts", f"{log['facts']} (last seq {log['last_seq']})"),
        ("self-check", str(log["self_check"])),
        ("reaction", _behind(log)),
        ("size", f"{log['size_mib']} MiB"),
        ("messages waiting", waits),
        ("refused facts", refused),
    ]


def _behind(log: dict[str, Any]) -> str:
    if log["reaction_behind_facts"] is None:
        return "has not begun"
    late = f"{log['reaction_behind_facts']} facts behind, the oldest for {log['reaction_lag_seconds']} s"
    return late if log["reaction_behind_facts"] else "up to date"


def _copy(found: dict[str, Any] | None) -> str:
    if found is None:
        return "none  → efir backup"
    told = condition.CopyCondition(**found).in_words
    return f"{told}  → efir doctor" if found["is_old"] else told


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look for what could be wrong, and say what to do about it. Exit code 1 if something is.

    Try: efir doctor, or efir doctor --json | jq '.[] | select(.is_fine | not)'
    """
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
