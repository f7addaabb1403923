-- Some facts, as a question carries them along: queries/facts_carried.sql makes facts of them again.
select
    seq,
    cast(event_id as varchar) as event_id,
    name,
    version,
    emitter,
    occurred_at,
    recorded_at,
    lead_id,
    webinar_id,
    session_id,
    correlation_id,
    visitor_id,
    cast(properties as varchar) as properties
from the_facts
