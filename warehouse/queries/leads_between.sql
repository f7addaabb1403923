-- Leads that facts of a stretch of the log speak about.
select distinct lead_id
from events
where
    seq > $after_seq
    and seq <= $to_seq
    and lead_id is not null
