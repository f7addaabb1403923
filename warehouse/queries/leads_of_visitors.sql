-- Leads the visitors turned out to be.
select distinct lead_id
from events
where
    list_contains($visitor_ids, visitor_id)
    and lead_id is not null
