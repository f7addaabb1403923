"""The pages of leads, put together from their parts: the list and work on many; the card, work on one, their rights."""

from app.shared.route import Route
from app.studio import crm_view, lead_view, leads_view, rights
from app.studio.bulk import Bulk
from app.studio.crm import LeadCrm
from app.studio.lead import LeadPage
from app.studio.leads import Leads

PAGES = [
    Route(
        "/studio/leads",
        lambda: leads_view.view(Leads, Bulk),
        title="title.leads",
        on_load=[Leads.opened, Bulk.opened],
    ),
    Route(
        "/studio/leads/[lead_id]",
        lambda: lead_view.view(LeadPage, crm_view.panel(LeadCrm), rights.panel(LeadPage)),
        title="title.lead",
        on_load=[LeadPage.opened, LeadCrm.opened],
    ),
]
