"""`docs/metrics.md`, from the catalogue of metrics: the definitions that also stand beside every number in the UI."""

from domain.metrics import METRICS, Metric

INTRODUCTION = """# Metrics

What every number means, wherever it is shown: dashboards, assets, exports. Written from `domain/metrics` by
`make docs`.
"""


def markdown() -> str:
    """The page."""
    return "\n".join([INTRODUCTION, *map(_section, METRICS)])


def _section(metric: Metric) -> str:
    return (
        f"## {metric.label['en']}\n\n`{metric.slug}`, in {metric.unit}. {metric.definition['en']}\n\n"
        f"*{metric.label['ru']}.* {metric.definition['ru']}\n"
    )
