"""Named questions to the warehouse: one typed module a topic, its SQL in `warehouse/queries/`. Nothing here writes."""

from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent.parent / "queries"


@cache
def load(name: str) -> str:
    """The text of `warehouse/queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
