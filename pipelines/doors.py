"""What pipelines gets from outside: its settings and the warehouse. Nothing connects at import."""

from functools import cache

import dagster as dg

from pipelines.settings import Settings
from warehouse import client
from warehouse.interface import Warehouse


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings()


@cache
def connected() -> Warehouse:
    """The warehouse with the credential of `pipelines`. Thread-safe; reconnects by itself."""
    return client.connect("pipelines", settings())


@dg.resource(description="The warehouse: the log of facts and the derived tables, through its one owner.")
def warehouse_door(_context: dg.InitResourceContext) -> Warehouse:
    """The resource every asset, check, job and sensor asks for as `warehouse`."""
    return connected()
