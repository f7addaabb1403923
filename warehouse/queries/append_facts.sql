-- The permanent dedup: the primary key refuses a repeat. Not ON CONFLICT DO NOTHING, which reads every id ever stored
-- (a hash join: 50 ms a commit at 5 million facts against 6 ms; docs/decisions/0002).
insert into events by name
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
    visitor_id,
    properties,
    fingerprint
from offered
