"""The catalogue of metrics: one definition for columns, cards, tooltips, checks and docs. Nothing is computed here."""

from domain.metrics import audience, house, journey, money, partners, session, visit
from domain.metrics.metric import Metric

__all__ = ["BY_SLUG", "METRICS", "Metric"]

METRICS: tuple[Metric, ...] = (
    *journey.METRICS,
    *visit.METRICS,
    *session.METRICS,
    *audience.METRICS,
    *money.METRICS,
    *partners.METRICS,
    *house.METRICS,
)
"""Every number shown anywhere, in the order of a lead's life."""

BY_SLUG: dict[str, Metric] = {metric.slug: metric for metric in METRICS}
"""The same by slug. A stage of the funnel has the slug of the stage."""
