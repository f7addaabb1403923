"""The app's one connection to the warehouse. Tests and tools put their own in with `install`."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from app.settings import Settings
from warehouse.client import AsyncWarehouse, connect
from warehouse.interface import Warehouse

P = ParamSpec("P")
T = TypeVar("T")

_blocking: Warehouse | None = None
_current: AsyncWarehouse | None = None


def get() -> AsyncWarehouse:
    """The connection of this process, for coroutines; made at first use."""
    global _current  # noqa: PLW0603 - one connection a process is the point
    if _current is None:
        _current = AsyncWarehouse(blocking())
    return _current


def blocking() -> Warehouse:
    """The same connection for code that runs in a thread of its own."""
    global _blocking  # noqa: PLW0603 - one connection a process is the point
    if _blocking is None:
        _blocking = connect("app", Settings())
    return _blocking


async def ask(question: Callable[Concatenate[Warehouse, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer of a synchronous function that takes the warehouse first (`warehouse.reads`, `warehouse.tokens`)."""
    return await get().call(question, blocking(), *args, **kwargs)


def install(warehouse: Warehouse | None) -> None:
    """Use this warehouse from now on; None: connect anew at the next use."""
    global _blocking, _current  # noqa: PLW0603 - one connection a process is the point
    _blocking = warehouse
    _current = None
