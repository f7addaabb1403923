"""`python -m warehouse`: the warehouse service in the foreground until SIGTERM or SIGINT."""

import datetime as dtm
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import pyarrow as pa

from warehouse import secrets
from warehouse.engine import Engine
from warehouse.interface import WarehouseError
from warehouse.messages import HOST
from warehouse.service import Service
from warehouse.settings import Settings


def main() -> int:
    """Run until told to stop. Exit code 0 after a graceful end, 1 when database or port cannot be had or are lost."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    wait_for_stop = _signalled(signal.SIGTERM, signal.SIGINT)
    try:
        run(Settings(), wait_for_stop)
    except WarehouseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _signalled(*numbers: signal.Signals) -> Callable[[], object]:
    """Catch these from now on; gives back what waits for the first of them.

    It reads a pipe: a handler that sets an event runs only when the main thread is woken, and a signal that comes just
    before it falls asleep wakes nobody. The process would then never stop.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    return lambda: os.read(reading, 1)


def run(settings: Settings, wait_for_stop: Callable[[], object]) -> None:
    """Serve until `wait_for_stop` returns. Raises WarehouseError when database or port cannot be had or are lost."""
    tokens = secrets.ensure(settings.home).warehouse_tokens
    engine = Engine(
        settings.database,
        checkpoint_bytes=settings.warehouse_checkpoint_bytes,
        memory_bytes=settings.warehouse_memory_bytes,
    )
    try:
        service = _listen(engine, tokens, settings.warehouse_port)
        since = dtm.datetime.now(dtm.UTC).isoformat(timespec="seconds")
        sys.stdout.write(f"ready warehouse {HOST}:{service.port} facts={engine.health()['facts']} since={since}\n")
        sys.stdout.flush()
        threading.Thread(target=_stop_when, args=(engine.gave_up,), daemon=True).start()
        wait_for_stop()
        service.stop()
        if engine.gave_up.is_set():
            raise WarehouseError(
                "DuckDB met a mistake of its own and answers nothing any more; it is to be started anew."
            )
    finally:
        engine.close()


def _stop_when(gave_up: threading.Event) -> None:
    gave_up.wait()
    os.kill(os.getpid(), signal.SIGTERM)


def _listen(engine: Engine, tokens: dict[str, str], port: int) -> Service:
    try:
        with socket.create_server((HOST, port)):
            pass  # gRPC would say the same in ten lines of its own
        return Service(engine, tokens, port=port)
    except (OSError, pa.ArrowException) as error:
        message = f"Port {port} of {HOST} cannot be had ({error}). Stop what uses it or set EFIR_WAREHOUSE_PORT."
        raise WarehouseError(message) from error


if __name__ == "__main__":
    sys.exit(main())
