-- Planned messages without a final outcome, oldest first, each with the newest thing known of its delivery.
-- Final: sent; failed without retry_at; uncertain (but of a class in $resend, «|a|b|», those are sent once more).
-- Failed messages whose key is in $replay, «|key|key|», come too: staff asked for them.
with deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max((properties ->> '$.attempt')::integer, seq) as attempt,
        arg_max(coalesce(properties ->> '$.code', ''), seq) as code,
        arg_max(coalesce(properties ->> '$.retry_at', ''), seq) as retry_at
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain', 'message_withheld')
    group by (properties ->> '$.message_key')
),

messages as (
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
        (planned.properties ->> '$.message_key') as message_key,
        (planned.properties ->> '$.message_class') as message_class,
        coalesce(deliveries.last_name, '') as last_name,
        coalesce(deliveries.attempt, 0) as attempt,
        coalesce(deliveries.code, '') as code,
        try_cast(nullif(deliveries.retry_at, '') as timestamptz) as retry_at
    from events as planned
    left join deliveries on (planned.properties ->> '$.message_key') = deliveries.message_key
    where planned.name = 'message_planned'
)

select * exclude (message_key, message_class)
from messages
where
    last_name in ('', 'message_sending')
    or (last_name = 'message_failed' and retry_at is not null)
    or (last_name = 'message_failed' and $replay like concat('%|', message_key, '|%'))
    or (last_name = 'message_uncertain' and attempt = 1 and $resend like concat('%|', message_class, '|%'))
order by seq
