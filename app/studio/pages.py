"""Every page of the studio, for the composition root."""

from app.dashboards import audience, funnel, sources
from app.shared.route import Route
from app.studio import (
    accounts,
    air,
    audit,
    board,
    card,
    home,
    importing,
    outbox,
    partners,
    policy,
    recording,
    rejected,
    rule,
    script,
    tasks,
    twins,
    webhooks,
    webinar,
    webinars,
)
from app.studio.scenarios import editor, preview, timelines

PAGES: list[Route] = [
    *home.PAGES,
    *webinars.PAGES,
    *webinar.PAGES,
    *rule.PAGES,
    *air.PAGES,
    *policy.PAGES,
    *script.PAGES,
    *recording.PAGES,
    *card.PAGES,
    *importing.PAGES,
    *board.PAGES,
    *tasks.PAGES,
    *twins.PAGES,
    *timelines.PAGES,
    *preview.PAGES,
    *editor.PAGES,
    *outbox.PAGES,
    *partners.PAGES,
    *rejected.PAGES,
    *webhooks.PAGES,
    *accounts.PAGES,
    *audit.PAGES,
    *funnel.PAGES,
    *audience.PAGES,
    *sources.PAGES,
]
