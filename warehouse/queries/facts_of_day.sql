select
    seq,
    event_id::varchar as event_id,
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
    properties::varchar as properties
from events
where
    seq > $seq
    and recorded_at >= $since
    and recorded_at < $until
order by seq
limit $at_most
