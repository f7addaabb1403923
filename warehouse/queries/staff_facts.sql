-- Facts about links of the house's own people to their Telegram, in the order of the log. Those of leads and partners
-- are many; none of these is about a lead.
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
    name in (
        'telegram_linked', 'telegram_blocked', 'telegram_unblocked', 'staff_alerts_changed', 'staff_alerts_ended'
    )
    and lead_id is null
    and (properties ->> '$.staff_id') is not null
order by seq
