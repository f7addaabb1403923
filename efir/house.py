"""The processes of the house: what each runs, in which order they start, and when each counts as ready."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from efir.process.child import ChildSpec
from efir.process.readiness import page_answers, port_answers, socket_answers
from efir.settings import PROGRAMS, REPOSITORY, Settings

MEMORY, CODE, DOORS = 0, 1, 2
"""Stages of the start; the end goes the other way: what is in flight still finds what it needs."""
CODE_SERVER_THREADS = 16
"""Sensors that long-poll each hold one; the default would be six on two cores."""
EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 - phones and proxies come in here
APP_OPTIONS = (
    "--host", EVERY_INTERFACE, "--loop", "uvloop", "--ws", "app.room.wire:RoomProtocol",
    "--ws-per-message-deflate", "false",
    "--no-proxy-headers",  # app.shared.address decides who is believed (EFIR_TRUSTED_PROXY_HOPS)
    "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5",
)  # fmt: skip


def processes(settings: Settings) -> list[ChildSpec]:
    """Everything `efir up` keeps alive."""
    socket = settings.dagster_home / "code.sock"
    warehouse = ChildSpec(
        name="warehouse",
        command=(sys.executable, "-m", "warehouse"),
        stage=MEMORY,
        is_ready=port_answers(settings.warehouse_port),
    )
    code = ChildSpec(name="code", command=_code_server(socket), stage=CODE, is_ready=socket_answers(socket))
    family = [warehouse, code, *_doors(settings)]
    shared = settings.environment()
    return [replace(spec, environment={**shared, **spec.environment}, folder=REPOSITORY) for spec in family]


def _doors(settings: Settings) -> list[ChildSpec]:
    workspace = ("--workspace", str(settings.dagster_home / "workspace.yaml"))
    ui_port = ("--host", "127.0.0.1", "--port", str(settings.dagster_port))
    return [
        ChildSpec(
            name="app",
            command=(_program("uvicorn"), "app.asgi:app", "--port", str(settings.port), *APP_OPTIONS),
            stage=DOORS,
            is_ready=page_answers(settings.port, "/readyz"),
        ),
        ChildSpec(name="notifier", command=(sys.executable, "-m", "notifier"), stage=DOORS),
        ChildSpec(
            name="daemon",
            command=(_program("dagster-daemon"), "run", "--log-level", "warning", *workspace),
            stage=DOORS,
        ),
        ChildSpec(
            name="dagster",
            command=(_program("dagster-webserver"), *ui_port, *workspace),
            stage=DOORS,
            is_ready=page_answers(settings.dagster_port, "/server_info"),
        ),
    ]


def _code_server(socket: Path) -> Sequence[str]:
    return (
        _program("dagster"), "api", "grpc", "--module-name", "pipelines.definitions", "--socket", str(socket),
        "--max-workers", str(CODE_SERVER_THREADS), "--location-name", "efir",
    )  # fmt: skip


def _program(name: str) -> str:
    return str(PROGRAMS / name)
