-- Messages planned for the house's own people since $since, in the order of the log. They are about no lead.
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
    properties::varchar as properties
from events
where
    name = 'message_planned'
    and lead_id is null
    and (properties ->> '$.recipient') = 'staff'
    and occurred_at >= $since
order by seq
