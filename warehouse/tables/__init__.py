"""SQL of the derived tables in `marts`, one file a table, and of the relations they share. Nothing here writes."""

from functools import cache
from pathlib import Path

SHARED = {
    "touches": ("survivors",),
    "leads": ("survivors",),
    "attendance": ("survivors",),
    "lead_messages": ("survivors",),
    "funnel": ("funnel_stages",),
}
"""Relations a file's first line says it needs; they stand before it as common table expressions."""


@cache
def load(name: str) -> str:
    """The question of `warehouse/tables/<name>.sql`, together with the relations it needs."""
    text = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
    if name not in SHARED:
        return text
    shared = ",\n".join(f"{relation} as (\n{load(relation)})" for relation in SHARED[name])
    return f"with {shared}\nselect * from (\n{text})"
