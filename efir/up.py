"""`efir up`: what happens before, while and after the family of processes runs. Kept light: it stays in memory.

Whatever needs the warehouse or a door runs in a process of its own and is gone again.
"""

import asyncio
import datetime as dtm
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from efir import house
from efir.process.hold import Held, Hold
from efir.process.output import Output
from efir.process.readiness import is_free
from efir.process.supervisor import StartFailed, Supervisor
from efir.settings import REPOSITORY, Settings, WronglySet, load

STATE_FILE = "run/processes.json"
FOLDERS = ("media", "backups", "exports", "logs", "run")
LEFTOVERS_END_WITHIN_SECONDS = 10.0
PREPARATIONS: dict[str, Sequence[str]] = {
    "the frontend": ("app.build",),
    "Dagster's home": ("pipelines.instance",),
}
TELLING_SECONDS = 30.0
HISTORY, DOORS = ("efir.demo", "history"), ("efir.demo", "doors")


class CannotStart(RuntimeError):  # noqa: N818 - reads as what it says
    """The house cannot be started; the message says what to change."""


def up(settings: Settings, *, is_demo: bool = False) -> None:
    """Build what is missing, start every process, stay until a signal, leave nothing behind.

    Raises Held, CannotStart or StartFailed.
    """
    began = time.monotonic()
    hold = Hold(settings.home)
    try:
        hold.take(settings.address, dtm.datetime.now(dtm.UTC))
    except OSError as error:
        home = settings.home.absolute()
        raise CannotStart(f"{home} cannot hold the data: {error.strerror}. Choose a folder: EFIR_HOME=…") from error
    try:
        _check_ports(settings, was_left_unclean=hold.was_left_unclean)
        prepare(settings, is_demo=is_demo)
        _check_ports(settings, was_left_unclean=False)  # building the frontend takes minutes
        output = Output(settings.home / "logs")

        def announce() -> None:
            welcome(settings, output, time.monotonic() - began)
            if is_demo:
                output.show(_said(settings, *DOORS))

        async def tell(seen: str) -> bool:
            return await _tell(settings, output, seen)

        supervisor = Supervisor(house.processes(settings), output, settings.home / STATE_FILE, tell)
        asyncio.run(supervisor.run(announce))
    finally:
        hold.release()


def prepare(settings: Settings, *, is_demo: bool) -> None:
    """Make what must be there before the first process: folders, the frontend, Dagster's home, the demo's history."""
    for name in FOLDERS:
        (settings.home / name).mkdir(parents=True, exist_ok=True)
    steps = {**PREPARATIONS, "the demo": HISTORY} if is_demo else PREPARATIONS
    for what, module in steps.items():
        if _run(settings, *module).returncode:
            raise CannotStart(f"Preparing {what} failed; the reason is above.")


def welcome(settings: Settings, output: Output, seconds: float) -> None:
    """Say where everything is, and how the first admin gets in."""
    rows = [
        ("app", settings.address),
        ("studio", f"{settings.address}/studio"),
        ("Dagster", f"http://127.0.0.1:{settings.dagster_port}  (this machine only)"),
        ("data", str(settings.home.absolute())),
    ]
    if link := _said(settings, "efir.first_admin"):
        rows.append(("first admin", f"{link}  (one time; sets the password of {settings.admin_email})"))
    lines = [f"  {name:<12} {value}" for name, value in rows]
    output.show("\n".join(["", f"Efir is on air ({seconds:.0f} s). Ctrl-C ends it.", *lines, ""]))


async def _tell(settings: Settings, output: Output, seen: str) -> bool:
    """State what the supervisor sees failing, by a process that is gone again; what it says is an error of its own."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "efir.telling", cwd=REPOSITORY, env={**os.environ, **settings.environment()},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    except OSError as error:
        output.say("supervisor", f"failures could not be told: {error}")
        return False
    try:
        async with asyncio.timeout(TELLING_SECONDS):
            said, _ = await process.communicate(seen.encode())
    except TimeoutError:
        said = f"nothing within {TELLING_SECONDS:.0f} s".encode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        output.say("supervisor", f"failures could not be told: {said.decode(errors='replace').strip()[-300:]}")
    return process.returncode == 0


def _said(settings: Settings, *module: str) -> str:
    return str(_run(settings, *module, stdout=subprocess.PIPE, text=True).stdout).rstrip("\n")


def _run(settings: Settings, *module: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run a module of ours to its end. What ends us meanwhile ends it, and all that it began."""
    environment = {**os.environ, **settings.environment()}
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603 - our own modules
        command, cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL, process_group=0, **more
    ) as process:
        try:
            said, _ = process.communicate()
        except BaseException:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            raise
    return subprocess.CompletedProcess(command, process.returncode, said)


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


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)


def main() -> None:
    """Entry point of `python -m efir.up [--demo]`, which `efir up` and `efir demo` become."""
    is_demo = "--demo" in sys.argv[1:]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # while it is prepared; then the supervisor's
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)
    try:
        up(load(is_demo=is_demo), is_demo=is_demo)
    except (Held, CannotStart, StartFailed, WronglySet) as error:
        sys.exit(f"✗ {error}")


if __name__ == "__main__":
    main()
