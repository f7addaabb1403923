"""SQL of the derived tables in `marts`, one file a table, and of the relations they share. Nothing here writes."""

from functools import cache
from pathlib import Path

FUNNEL = ("survivors", "touch_sources", "funnel_stages")
SHARED = {
    "touches": ("survivors",),
    "leads": ("survivors",),
    "lead_partners": ("survivors",),
    "attendance": ("survivors",),
    "lead_messages": ("survivors",),
    "funnel_stages": FUNNEL[:2],
    "funnel": FUNNEL,
    "audience_curve": ("survivors", "session_clock"),
    "outcomes": ("survivors", "attendance"),
    "offer_results": ("survivors",),
    "conversions": ("survivors", "touch_sources"),
}
"""Relations a file's first lines say it needs; they stand before it as common table expressions."""


@cache
def text(name: str) -> str:
    """The text of `warehouse/tables/<name>.sql` as it stands there."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def relations(*names: str) -> str:
    """The relations as common table expressions, in the order given: `a as (…), b as (…)`."""
    return ",\n".join(f"{name} as (\n{text(name)})" for name in names)


@cache
def load(name: str) -> str:
    """The question of `warehouse/tables/<name>.sql`, together with the relations it needs."""
    if name not in SHARED:
        return text(name)
    return f"with {relations(*SHARED[name])}\nselect * from (\n{text(name)})"
