"""Small pictures for the metadata of assets: SVG in Markdown, which the Dagster UI draws."""

import base64
from collections.abc import Callable, Sequence
from html import escape

from dagster import MarkdownMetadataValue, MetadataValue

from warehouse.interface import Warehouse

WIDTH, ROW, LEFT, RIGHT = 640, 26, 180, 70
INK, FILL = "#33415c", "#4f6bed"
MOST = 12
"""Rows beyond these are summed up in one."""


def asked_bars(title: str, question: str) -> Callable[[Warehouse], MarkdownMetadataValue]:
    """A chart of what a question answers: a label and a value a row."""

    def picture(warehouse: Warehouse) -> MarkdownMetadataValue:
        rows = (tuple(row.values()) for row in warehouse.sql(question).to_pylist())
        return bars(title, [("none" if label is None else str(label), float(value or 0)) for label, value in rows])

    return picture


def counted(title: str, table: str, label: str) -> Callable[[Warehouse], MarkdownMetadataValue]:
    """A chart of how many rows of a published table there are a label, the most frequent first."""
    return asked_bars(title, f"select {label} as label, count(*) as n from marts.{table} group by 1 order by n desc")


def bars(title: str, rows: Sequence[tuple[str, float]]) -> MarkdownMetadataValue:
    """A horizontal bar chart: label and value a row, in the order given."""
    if len(rows) > MOST:
        rest = sum(value for _, value in rows[MOST - 1 :])
        rows = [*rows[: MOST - 1], (f"{len(rows) - MOST + 1} more", rest)]
    if not rows:
        return MetadataValue.md(f"**{title}**: nothing to show yet.")
    picture = base64.b64encode(_svg(title, rows).encode()).decode()
    return MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{picture})")


def _svg(title: str, rows: Sequence[tuple[str, float]]) -> str:
    longest = max(value for _, value in rows) or 1
    height = ROW * (len(rows) + 1) + 10
    lines = [f'<text x="8" y="18" font-weight="bold">{escape(title)}</text>']
    for number, (label, value) in enumerate(rows, start=1):
        y = ROW * number + 6
        length = (WIDTH - LEFT - RIGHT) * value / longest
        lines.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(label[:24])}</text>')
        lines.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="18" rx="3" fill="{FILL}"/>')
        lines.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 14}">{value:,.10g}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}"><rect width="100%" height="100%" fill="#fff"/>'
        + "".join(lines)
        + "</svg>"
    )
