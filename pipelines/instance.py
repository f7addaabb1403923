"""Dagster's home: configuration and databases, made before any of its processes starts. No definitions."""

import json
import os
import sys
from pathlib import Path

from dagster import DagsterInstance

from pipelines.settings import Settings

LOCATION = "efir"
"""Name of the code location in the Dagster UI."""

TEMPLATE = Path(__file__).with_name("dagster.yaml")
SOCKET_PATH_LIMIT = 100
"""The kernel refuses Unix socket paths of 108 bytes and more; some room for gRPC's own."""


class HomeError(RuntimeError):
    """Dagster's home cannot be used; the message says what to change."""


def write_home(home: Path) -> None:
    """Make the folder, `dagster.yaml` (unless the operator has taken it over) and `workspace.yaml`.

    Raises HomeError when the path is too long for the code server's socket.
    """
    socket = home / "code.sock"
    if len(os.fsencode(socket)) > SOCKET_PATH_LIMIT:
        message = f"{socket} is too long for a Unix socket ({SOCKET_PATH_LIMIT} bytes): choose a shorter EFIR_HOME."
        raise HomeError(message)
    home.mkdir(parents=True, exist_ok=True)
    if _is_ours(home / "dagster.yaml"):
        _write(home / "dagster.yaml", TEMPLATE.read_text(encoding="utf-8"))
    server = {"grpc_server": {"socket": str(socket), "location_name": LOCATION}}
    _write(home / "workspace.yaml", json.dumps({"load_from": [server]}, indent=2) + "\n")


def create_schema(home: Path) -> None:
    """Create Dagster's databases. On SQLite processes that start side by side would race to create the same tables."""
    with DagsterInstance.from_config(str(home)) as instance:
        instance.get_runs_count()
        instance.all_instigator_state()
        instance.all_logs("")  # the shard of events without a run is otherwise made by whoever comes first


def _is_ours(config: Path) -> bool:
    mark = TEMPLATE.read_text(encoding="utf-8").splitlines()[0]
    return not config.exists() or config.read_text(encoding="utf-8").startswith(mark)


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def main() -> None:
    """Prepare `EFIR_HOME/dagster`; run it before the code server, the daemon and the webserver."""
    home = Settings().dagster_home
    try:
        write_home(home)
    except HomeError as error:
        sys.exit(str(error))
    create_schema(home)


if __name__ == "__main__":
    main()
