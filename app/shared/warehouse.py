"""The app's one connection to the warehouse. Tests and tools put their own in with `install`."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from app.settings import Settings
from warehouse.client import AsyncWarehouse, connect
from warehouse.interface import Warehouse

P = ParamSpec("P")
T = TypeVar("T")


class Connection(AsyncWarehouse):
    """The warehouse for coroutines, with a convenience for the functions of `warehouse.reads` and `.tokens`."""

    async def run(self, question: Callable[Concatenate[Warehouse, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a synchronous function that takes the warehouse first."""
        return await self.call(question, self.warehouse, *args, **kwargs)


_current: Connection | None = None


def get() -> Connection:
    """The connection of this process, made at first use."""
    global _current  # noqa: PLW0603 - one connection a process is the point
    if _current is None:
        _current = Connection(connect("app", Settings()))
    return _current


def blocking() -> Warehouse:
    """The same connection for code that runs in a thread of its own."""
    return get().warehouse


def install(warehouse: Warehouse | None) -> None:
    """Use this warehouse from now on; None: connect anew at the next use."""
    global _current  # noqa: PLW0603 - one connection a process is the point
    _current = Connection(warehouse) if warehouse is not None else None
