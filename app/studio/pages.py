"""Every page of the studio, for the composition root."""

from app.dashboards import funnel
from app.shared.route import Route
from app.studio import home, lead, leads, outbox, partners, rejected, webinar, webinars

PAGES: list[Route] = [
    *home.PAGES,
    *webinars.PAGES,
    *webinar.PAGES,
    *leads.PAGES,
    *lead.PAGES,
    *outbox.PAGES,
    *partners.PAGES,
    *rejected.PAGES,
    *funnel.PAGES,
]
