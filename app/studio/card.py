"""The page of a lead's card, put together from its parts: who they are (`lead`), work on them, their rights."""

from app.shared.route import Route
from app.studio import lead_view, rights
from app.studio.lead import LeadPage

PAGES = [
    Route(
        "/studio/leads/[lead_id]",
        lambda: lead_view.view(LeadPage, rights.panel(LeadPage)),
        title="Лид · Эфир",
        on_load=LeadPage.opened,
    )
]
