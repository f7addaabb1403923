"""What could be wrong with this installation, each with what to do about it. Looks only; mends nothing."""

import datetime as dtm
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.build import is_current
from efir import condition
from efir.process.hold import holder_of
from efir.process.watch import LEAST_FREE_GIB
from efir.settings import Settings
from notifier.settings import Settings as NotifierSettings
from warehouse import secrets
from warehouse.client import connect
from warehouse.interface import WarehouseError
from warehouse.reads.condition import open_refusals, webhook_count


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` is empty when it is as it should be; a note is good to know but no fault."""

    subject: str
    is_fine: bool
    seen: str
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Everything, in the order one would look by hand."""
    return [finding for look in LOOKS for finding in look(settings)]


def _python(_: Settings) -> Iterator[Finding]:
    yield Finding("Python", is_fine=True, seen=sys.version.split()[0])


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home.absolute()
    if not home.is_dir():
        yield Finding("data folder", is_fine=False, seen=f"{home} does not exist", advice="Start once: efir up")
        return
    is_writable = os.access(home, os.W_OK)
    yield Finding(
        "data folder", is_writable, str(home), "" if is_writable else "Give this user the right to write there."
    )
    free = shutil.disk_usage(home).free / 2**30
    advice = "" if free >= LEAST_FREE_GIB else f"Make room: below {LEAST_FREE_GIB:.0f} GiB backups and runs fail soon."
    yield Finding("disk", not advice, f"{free:.1f} GiB free", advice)


def _copy(settings: Settings) -> Iterator[Finding]:
    """Of a house that has just begun nobody expects a copy before its second night."""
    now = dtm.datetime.now(dtm.UTC)
    found, born_at = condition.copy(settings, now), _born_at(settings)
    seen = found.in_words if found else "none under the data folder"
    if not settings.backups_kept:
        yield Finding("newest copy", is_fine=True, seen=f"{seen}; none is made by night: EFIR_BACKUPS_KEPT is 0")
        return
    is_late = found.is_old if found else born_at is not None and now - born_at > condition.OLD_AFTER
    advice = (
        "Make one: efir backup. Why the nights made none: job back_up_warehouse in Dagster, /studio/failures."
        if is_late
        else ""
    )
    yield Finding("newest copy", not is_late, seen, advice)


def _born_at(settings: Settings) -> dtm.datetime | None:
    """When this house was started for the first time: its secrets are made then and never again."""
    path = settings.home / "secrets" / "secrets.json"
    return dtm.datetime.fromtimestamp(path.stat().st_mtime, dtm.UTC) if path.exists() else None


def _secrets(settings: Settings) -> Iterator[Finding]:
    path = settings.home / "secrets" / "secrets.json"
    if path.exists():
        mode = stat.S_IMODE(path.stat().st_mode)
        advice = f"Others may read it: chmod 600 {path}" if mode & 0o077 else ""
        yield Finding("secrets", not advice, f"mode {mode:o}", advice)


def _frontend(_: Settings) -> Iterator[Finding]:
    is_built = is_current()
    advice = "" if is_built else "It is built at the next start; or now: python -m app.build"
    yield Finding("frontend", is_built, "built from this code" if is_built else "not built from this code", advice)


def _processes(settings: Settings) -> Iterator[Finding]:
    if holder_of(settings.home) is None:
        yield Finding("processes", is_fine=False, seen="not running", advice="Start: efir up")
        return
    for one in condition.processes(settings.home):
        is_fine = one.state == "ready"
        advice = "" if is_fine else f"Read its log: {settings.home / 'logs' / one.name}.log"
        yield Finding(one.name, is_fine, f"{one.state}, {one.restarts} restarts, {one.memory_mib} MiB", advice)


def _warehouse(settings: Settings) -> Iterator[Finding]:
    if not secrets.are_made(settings.home):  # a look makes none
        yield Finding("warehouse", is_fine=False, seen="never started here", advice="Start: efir up")
        return
    try:
        with connect("admin", settings) as warehouse:
            health, refused, webhooks = warehouse.health(), open_refusals(warehouse), webhook_count(warehouse)
    except WarehouseError as error:
        log = settings.home / "logs" / "warehouse.log"
        advice = str(error) if holder_of(settings.home) else f"Start: efir up. If it does not come up, see why: {log}"
        yield Finding("warehouse", is_fine=False, seen="does not answer", advice=advice)
        return
    yield Finding("warehouse", is_fine=True, seen=f"{health['facts']} facts, last seq {health['last_seq']}")
    is_whole = health["self_check"] == "ok"
    advice = "" if is_whole else f"Stop Efir and restore the newest whole copy: efir restore {settings.backups}/…"
    yield Finding("self-check", is_whole, str(health["self_check"]), advice)
    advice = "See and replay them: efir replay-rejected" if refused else ""
    yield Finding("refused facts", not refused, str(refused), advice)
    advice = "See why, mend the receiver, turn it on: /studio/webhooks" if webhooks.disabled else ""
    yield Finding("webhooks", not advice, f"{webhooks.active} on, {webhooks.disabled} disabled", advice)


def _channels(settings: Settings) -> Iterator[Finding]:
    is_dry = NotifierSettings().is_dry_run
    seen = (
        "a bot token is set" if not is_dry else "dry run: messages stay in the outbox (set TELEGRAM_BOT_TOKEN to send)"
    )
    yield Finding("Telegram", is_fine=True, seen=seen)
    yield Finding("address", is_fine=True, seen=f"{settings.address}{'' if settings.is_https else ' (no TLS)'}")


LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _python, _home, _copy, _secrets, _frontend, _processes, _warehouse, _channels,
)  # fmt: skip
