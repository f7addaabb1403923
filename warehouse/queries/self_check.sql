select
    count(*),
    count(distinct event_id)
from events
