-- Leads that are in one of the two tables only.
select
    leads.lead_id,
    other.lead_id as other_lead_id
from leads
full join the_table as other on leads.lead_id = other.lead_id
where leads.lead_id is null or other.lead_id is null
