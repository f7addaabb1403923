-- Where the facts of some leads and browsers stand in a stretch of the log, and of the forms among them whose they are:
-- which lead came by which browser. Each way to be concerned is a scan of its own and reads narrow columns: what the
-- facts say is read when they are known. A fact may be found twice.
-- Parameters: after (not included), until. Carried along: leads_meant, visitors_meant (id).
with found as (
    select
        seq,
        name,
        lead_id,
        visitor_id
    from events
    where seq > $after and seq <= $until and lead_id in (select leads_meant.id from leads_meant)
    union all
    select
        seq,
        name,
        lead_id,
        visitor_id
    from events
    where seq > $after and seq <= $until and visitor_id in (select visitors_meant.id from visitors_meant)
)

select
    seq,
    case when name = 'core_ingest_event' then lead_id end as lead_id,
    case when name = 'core_ingest_event' then visitor_id end as visitor_id
from found
