-- Which fact stands at a place. Parameter: place.
select cast(event_id as varchar) as event_id
from events
where seq = $place
