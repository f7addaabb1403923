-- Planned messages without a final outcome, oldest first, each with the newest thing known of its delivery.
-- Final: sent; failed without retry_at; uncertain (unless of a class in $resend, once: those are sent a second time).
with deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max((properties ->> '$.attempt')::integer, seq) as attempt,
        arg_max(coalesce(properties ->> '$.code', ''), seq) as code,
        arg_max(coalesce(properties ->> '$.retry_at', ''), seq) as retry_at
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain')
    group by (properties ->> '$.message_key')
)

select
    planned.seq,
    planned.event_id,
    planned.version,
    planned.emitter,
    planned.occurred_at,
    planned.recorded_at,
    planned.lead_id,
    planned.webinar_id,
    planned.session_id,
    planned.correlation_id,
    planned.properties::varchar as properties,
    coalesce(deliveries.last_name, '') as last_name,
    coalesce(deliveries.attempt, 0) as attempt,
    coalesce(deliveries.code, '') as code,
    try_cast(nullif(deliveries.retry_at, '') as timestamptz) as retry_at
from events as planned
left join deliveries on (planned.properties ->> '$.message_key') = deliveries.message_key
where
    planned.name = 'message_planned'
    and (
        deliveries.last_name is null
        or deliveries.last_name = 'message_sending'
        or (deliveries.last_name = 'message_failed' and deliveries.retry_at <> '')
        or (
            deliveries.last_name = 'message_uncertain'
            and deliveries.attempt = 1
            and list_contains($resend, planned.properties ->> '$.message_class')
        )
    )
order by planned.seq
