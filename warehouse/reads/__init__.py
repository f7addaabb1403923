"""Named questions to the warehouse: one typed module a topic, its SQL in `warehouse/queries/`. Nothing here writes."""

from collections.abc import Sequence
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


def together(before: Sequence[str], question: str) -> str:
    """The relations as common table expressions before the question, whose own `with` goes on from theirs."""
    body = "\n".join(line for line in question.splitlines() if not line.startswith("--"))
    relations = ",\n".join(before)
    return f"with {relations},\n{body[len('with ') :]}" if body.startswith("with ") else f"with {relations}\n{body}"
