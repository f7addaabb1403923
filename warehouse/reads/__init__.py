"""Named questions to the warehouse: one typed module a topic, its SQL in `warehouse/queries/`. Nothing here writes."""

from functools import cache
from pathlib import Path

from warehouse import tables

QUERIES = Path(__file__).parent.parent / "queries"


@cache
def load(name: str) -> str:
    """The text of `warehouse/queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


@cache
def over(name: str, *relations: str) -> str:
    """The text of `warehouse/queries/<name>.sql` with relations of `warehouse/tables` that it asks for before it."""
    return f"with {tables.relations(*relations)}\nselect * from (\n{load(name)})"
