select
    count(*) as facts,
    count(distinct event_id) as distinct_ids
from events
