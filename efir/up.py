"""`efir up`: what happens before, while and after the family of processes runs."""

import asyncio
import datetime as dtm
import os
import subprocess
import sys
import time
from collections.abc import Callable

from app.access import accounts
from app.access.roles import Role
from efir import house
from efir.process.hold import Hold
from efir.process.output import Output
from efir.process.readiness import is_free
from efir.process.supervisor import Supervisor
from efir.settings import REPOSITORY, Settings
from warehouse import secrets
from warehouse.client import connect

STATE_FILE = "run/processes.json"
LEFTOVERS_END_WITHIN_SECONDS = 10.0


class CannotStart(RuntimeError):  # noqa: N818 - reads as what it says
    """The house cannot be started; the message says what to change."""


def _nothing(*_: object) -> None:
    """The default of what may be done besides."""


def up(
    settings: Settings,
    *,
    before: Callable[[Settings], None] = _nothing,
    on_ready: Callable[[Settings, Output], None] = _nothing,
) -> None:
    """Build what is missing, start every process, stay until a signal, leave nothing behind.

    `before` runs when the folder is ours and nothing is started yet, `on_ready` once everything answers (the demo).
    Raises Held, CannotStart or StartFailed.
    """
    began = time.monotonic()
    hold = Hold(settings.home)
    hold.take(settings.address, dtm.datetime.now(dtm.UTC))
    try:
        _check_ports(settings, was_left_unclean=hold.was_left_unclean)
        prepare(settings)
        before(settings)
        output = Output(settings.home / "logs")

        def announce() -> None:
            welcome(settings, output, time.monotonic() - began)
            on_ready(settings, output)

        supervisor = Supervisor(house.processes(settings), output, settings.home / STATE_FILE)
        asyncio.run(supervisor.run(announce))
    finally:
        hold.release()


def prepare(settings: Settings) -> None:
    """Make what must be there before the first process: folders, secrets, the frontend, Dagster's home."""
    for name in ("media", "backups", "exports", "logs", "run"):
        (settings.home / name).mkdir(parents=True, exist_ok=True)
    secrets.ensure(settings.home)
    _step("the frontend", settings, "-m", "app.build")
    _step("Dagster's home", settings, "-m", "pipelines.instance")


def welcome(settings: Settings, output: Output, seconds: float) -> None:
    """Say where everything is, and how the first admin gets in."""
    rows = [
        ("app", settings.address),
        ("studio", f"{settings.address}/studio"),
        ("Dagster", f"http://127.0.0.1:{settings.dagster_port}  (this machine only)"),
        ("data", str(settings.home.absolute())),
    ]
    link = first_admin_link(settings)
    if link:
        rows.append(("first admin", f"{link}  (one time; sets the password of {settings.admin_email})"))
    output.show("")
    output.show(f"Efir is on air ({seconds:.0f} s). Ctrl-C ends it.")
    for name, value in rows:
        output.show(f"  {name:<12} {value}")
    output.show("")


def first_admin_link(settings: Settings) -> str | None:
    """A one-time link for the first admin; None once there is one."""
    with connect("admin", settings) as warehouse:
        if any(account.role == Role.ADMIN for account in accounts.listed(warehouse)):
            return None
        now = dtm.datetime.now(dtm.UTC)
        return accounts.create_invite(warehouse, settings.admin_email, Role.ADMIN, now, settings.address)


def _step(what: str, settings: Settings, *arguments: str) -> None:
    code = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, *arguments], cwd=REPOSITORY, env={**os.environ, **settings.environment()}, check=False
    ).returncode
    if code:
        raise CannotStart(f"Preparing {what} failed; the reason is above.")


def _check_ports(settings: Settings, *, was_left_unclean: bool) -> None:
    ports = {
        "EFIR_PORT": (house.EVERY_INTERFACE, settings.port),
        "EFIR_DAGSTER_PORT": ("127.0.0.1", settings.dagster_port),
        "EFIR_WAREHOUSE_PORT": ("127.0.0.1", settings.warehouse_port),
    }
    deadline = time.monotonic() + (LEFTOVERS_END_WITHIN_SECONDS if was_left_unclean else 0)
    for name, (host, port) in ports.items():
        while not is_free(port, host):
            if time.monotonic() >= deadline:
                raise CannotStart(f"Port {port} is taken by another program. Choose another one: {name}=… efir up.")
            time.sleep(0.2)
