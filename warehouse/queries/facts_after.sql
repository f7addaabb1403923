select
    seq,
    event_id,
    name,
    version,
    emitter,
    occurred_at,
    recorded_at,
    lead_id,
    webinar_id,
    session_id,
    correlation_id,
    properties
from events
where
    seq > $seq
    and ($names is null or list_contains($names, name))
order by seq
limit $at_most
