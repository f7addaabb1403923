"""The pages of leads, put together from their parts: the list and work on many; the card, work on one, their rights."""

import reflex as rx

from app.shared.route import Route
from app.studio import crm_view, lead_view, leads_view, rights, tasks_view
from app.studio.bulk import Bulk
from app.studio.crm import LeadCrm
from app.studio.kept import LeadViews
from app.studio.lead import LeadPage
from app.studio.leads import Leads
from app.studio.tasks import LeadTasks


def _card() -> rx.Component:
    work = rx.fragment(crm_view.panel(LeadCrm), tasks_view.panel(LeadTasks, LeadCrm))
    return lead_view.view(LeadPage, work=work, rights=rights.panel(LeadPage))


PAGES = [
    Route(
        "/studio/leads",
        lambda: leads_view.view(Leads, Bulk, LeadViews),
        title="title.leads",
        on_load=[Leads.opened, Bulk.opened, LeadViews.opened],
    ),
    Route(
        "/studio/leads/[lead_id]",
        _card,
        title="title.lead",
        on_load=[LeadPage.opened, LeadCrm.opened, LeadTasks.opened],
    ),
]
