-- Leads that are in the list and forgotten, or neither.
select
    leads.lead_id,
    other.lead_id as other_lead_id
from leads
full join the_table as other on leads.lead_id = other.lead_id
where leads.lead_id is null or leads.is_erased = (other.lead_id is not null)
