-- Leads that are in one of the two tables only.
select
    leads.lead_id,
    lead_metrics.lead_id as with_metrics
from leads
full join lead_metrics on leads.lead_id = lead_metrics.lead_id
where leads.lead_id is null or lead_metrics.lead_id is null
