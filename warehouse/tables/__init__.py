"""SQL of the derived tables in schema `marts`, one file a table, and of the relations they share. Nothing here writes."""

from functools import cache
from pathlib import Path


@cache
def load(name: str) -> str:
    """The text of `warehouse/tables/<name>.sql`."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
