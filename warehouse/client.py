"""The warehouse from another process: Flight on loopback, one client a process, usable from every thread.

Reconnects by itself; what may be repeated without harm is repeated while the service restarts.
"""

import asyncio
import functools
import threading
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, Self, TypeVar

import pyarrow as pa
from pyarrow import flight

from warehouse import secrets
from warehouse.door import Door
from warehouse.interface import FactPage, Warehouse, WarehouseError
from warehouse.messages import HOST, LONGEST_POLL_SECONDS, Message, pack, unpack
from warehouse.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""How long a call outlasts a service that is not there (a restart takes about one second)."""
TIMEOUT_SECONDS = {
    "sql": 120.0,
    "replace_table": 120.0,
    "stage_table": 600.0,
    "publish_table": 120.0,
    "backup": 900.0,
    "facts_of": 60.0,
}
"""How long a call that got through may take; the rest: 30 s."""
REPEATABLE = frozenset(
    {"append", "facts_after", "facts_of", "people", "find_people", "get", "entries", "rejected", "sql", "health",
     "delete", "erase", "replace_table", "discard_table", "mark_rejected"}
)  # fmt: skip
"""Doing these twice is doing them once; the others are repeated only when they certainly did not arrive."""
CHANNEL: list[tuple[str, int | str]] = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
]


class FlightWarehouse(Door):
    """The Warehouse interface over Flight. Thread-safe."""

    def __init__(self, port: int, token: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Does not connect yet; the first call does."""
        self._address = f"grpc://{HOST}:{port}"
        self._headers: Any = [(b"authorization", f"Bearer {token}".encode())]  # bytes, whatever the stubs say
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._client: flight.FlightClient | None = None

    def facts_after(
        self, seq: int, *, limit: int = 1000, wait_seconds: float = 0, names: Collection[str] | None = None
    ) -> FactPage:
        """See Warehouse.facts_after. A long wait is cut into polls, so that neither side holds a call for ever."""
        deadline = time.monotonic() + wait_seconds
        while True:
            remaining = max(0.0, deadline - time.monotonic())
            wait = min(remaining, LONGEST_POLL_SECONDS)
            page = super().facts_after(seq, limit=limit, wait_seconds=wait, names=names)
            if page.facts or time.monotonic() >= deadline:
                return page
            seq = page.next_seq

    def _carry(self, method: str, request: Message) -> Message:
        body = pack(request)
        timeout = TIMEOUT_SECONDS.get(method, 30.0) + request.fields.get("wait_seconds", 0)
        deadline = time.monotonic() + self._patience_seconds
        pause = 0.05
        while True:
            try:
                reply = self._call(method, body, timeout)
            except flight.FlightUnavailableError as error:
                may_repeat = method in REPEATABLE or "failed to connect" in str(error).lower()
                if not may_repeat or time.monotonic() + pause > deadline:
                    raise WarehouseError(self._unreachable(error)) from error
            else:
                if reply.fields.get("error") != "stopping" or time.monotonic() + pause > deadline:
                    return reply
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def _call(self, method: str, body: Any, timeout: float) -> Message:
        client = self._connected()
        options = flight.FlightCallOptions(timeout=timeout, headers=self._headers)
        try:
            results = list(client.do_action(flight.Action(method, body), options))
        except flight.FlightUnavailableError:
            self._forget(client)
            raise
        except flight.FlightUnauthenticatedError as error:
            message = f"The warehouse on {self._address} belongs to another installation: its token is not ours."
            raise WarehouseError(f"{message} Check EFIR_HOME and EFIR_WAREHOUSE_PORT.") from error
        except flight.FlightTimedOutError as error:
            raise WarehouseError(f"The warehouse did not answer {method} in {timeout:.0f} s; try again.") from error
        except flight.FlightError as error:
            raise WarehouseError(f"The warehouse failed at {method}: {error}") from error
        except pa.ArrowInvalid as error:  # what it could not read
            message = f"The warehouse on {self._address} does not understand {method}: it runs from other code."
            raise WarehouseError(f"{message} Stop Efir and start it again.") from error
        return unpack(results[0].body)

    def _connected(self) -> flight.FlightClient:
        with self._lock:
            if self._client is None:
                self._client = flight.FlightClient(self._address, generic_options=CHANNEL)
            return self._client

    def _forget(self, client: flight.FlightClient) -> None:
        with self._lock:
            if self._client is client:
                self._client = None

    def _unreachable(self, error: Exception) -> str:
        reason = str(error).split(". Client context")[0]
        return f"The warehouse does not answer on {self._address}. Is `efir up` running? ({reason})"

    def close(self) -> None:
        """Close the connection; a later call opens a new one."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(process: str, settings: Settings | None = None) -> FlightWarehouse:
    """The warehouse of this installation with the credential of `process` (app, pipelines, notifier or admin)."""
    chosen = settings or Settings()
    tokens = secrets.ensure(chosen.home).warehouse_tokens
    if process not in tokens:
        raise WarehouseError(f"There is no process {process!r}; choose one of {', '.join(tokens)}.")
    return FlightWarehouse(chosen.warehouse_port, tokens[process])


class AsyncWarehouse:
    """Every method of the Warehouse as a coroutine. Calls run in threads; long polls never starve the others."""

    def __init__(self, warehouse: Warehouse, *, threads: int = 16) -> None:
        """Wrap a warehouse; `close` ends the threads, not the warehouse."""
        self.warehouse = warehouse
        self._calls = ThreadPoolExecutor(threads, thread_name_prefix="warehouse")
        self._polls = ThreadPoolExecutor(threads, thread_name_prefix="warehouse-poll")
        self.append = self._lifted(warehouse.append)
        self.facts_of = self._lifted(warehouse.facts_of)
        self.identify = self._lifted(warehouse.identify)
        self.people = self._lifted(warehouse.people)
        self.find_people = self._lifted(warehouse.find_people)
        self.erase = self._lifted(warehouse.erase)
        self.put = self._lifted(warehouse.put)
        self.get = self._lifted(warehouse.get)
        self.entries = self._lifted(warehouse.entries)
        self.delete = self._lifted(warehouse.delete)
        self.reject = self._lifted(warehouse.reject)
        self.rejected = self._lifted(warehouse.rejected)
        self.mark_rejected = self._lifted(warehouse.mark_rejected)
        self.sql = self._lifted(warehouse.sql)
        self.replace_table = self._lifted(warehouse.replace_table)
        self.stage_table = self._lifted(warehouse.stage_table)
        self.publish_table = self._lifted(warehouse.publish_table)
        self.discard_table = self._lifted(warehouse.discard_table)
        self.backup = self._lifted(warehouse.backup)
        self.health = self._lifted(warehouse.health)

    async def facts_after(
        self, seq: int, *, limit: int = 1000, wait_seconds: float = 0, names: Collection[str] | None = None
    ) -> FactPage:
        """See Warehouse.facts_after."""
        ask = functools.partial(self.warehouse.facts_after, seq, limit=limit, wait_seconds=wait_seconds, names=names)
        pool = self._polls if wait_seconds else self._calls
        return await asyncio.get_running_loop().run_in_executor(pool, ask)

    async def call(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous read (`warehouse.reads.…`) in a thread: `await w.call(leads.page, w.warehouse, …)`."""
        ask = functools.partial(question, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._calls, ask)

    def _lifted(self, method: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        @functools.wraps(method)
        async def lifted(*args: P.args, **kwargs: P.kwargs) -> T:
            return await self.call(method, *args, **kwargs)

        return lifted

    def close(self) -> None:
        """End the threads without waiting for long polls."""
        self._calls.shutdown(wait=False, cancel_futures=True)
        self._polls.shutdown(wait=False, cancel_futures=True)
