-- The newest fact of those from a place on. Parameter: place.
select
    seq,
    cast(event_id as varchar) as event_id
from events
where seq >= $place
order by seq desc
limit 1
