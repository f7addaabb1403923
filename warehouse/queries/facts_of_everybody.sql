-- The facts that concern everybody in a stretch of the log, as questions carry them along (queries/facts_told.sql):
-- merges, and messages about no lead. Parameters: after (not included), until.
with found as (
    select * from events
    where seq > $after and seq <= $until and name = 'lead_merged'
    union all
    select * from events
    where seq > $after and seq <= $until and name = 'lead_unmerged'
    union all
    select * from events
    where seq > $after and seq <= $until and lead_id is null and name like 'message_%'
)

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
from found
