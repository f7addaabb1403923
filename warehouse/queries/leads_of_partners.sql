-- Leads that one of the partners brought, or was given.
select distinct lead_id
from events
where
    name in ('core_lead_created', 'lead_assigned')
    and list_contains($partner_ids, (properties ->> '$.partner_id'))
