-- How many messages stand where, and how long sending took (seconds from planned to accepted).
with intents as (
    select
        name,
        recorded_at,
        (properties ->> '$.message_key') as message_key
    from events
    where name in ('message_planned', 'message_skipped')
),

deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max(properties ->> '$.retry_at', seq) as retry_at,
        max(cast((properties ->> '$.latency_seconds') as double)) as stated_seconds,
        max(recorded_at) filter (where name = 'message_sent') as sent_at
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain')
    group by (properties ->> '$.message_key')
),

messages as (
    select
        case
            when intents.name = 'message_skipped' then 'skipped'
            when deliveries.last_name is null then 'waiting'
            when deliveries.last_name = 'message_sending' then 'sending'
            when deliveries.last_name = 'message_sent' then 'sent'
            when deliveries.last_name = 'message_uncertain' then 'uncertain'
            when deliveries.retry_at is not null then 'retrying'
            else 'failed'
        end as state,
        coalesce(deliveries.stated_seconds, epoch(deliveries.sent_at) - epoch(intents.recorded_at)) as latency_seconds
    from intents
    left join deliveries on intents.message_key = deliveries.message_key
)

select
    state,
    count(*) as messages,
    median(latency_seconds) as p50_seconds,
    quantile_cont(latency_seconds, 0.95) as p95_seconds
from messages
group by state
order by state
