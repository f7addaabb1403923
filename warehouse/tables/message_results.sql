-- What became of the messages of each step, template and variant. Needs nothing but the log.
-- Every message is in exactly one state: waiting, sending, retrying, sent, failed, uncertain or skipped.
with intents as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as stated,
        arg_max((properties ->> '$.scenario'), seq) as scenario,
        arg_max((properties ->> '$.step'), seq) as step_name,
        arg_max((properties ->> '$.recipient'), seq) as recipient,
        arg_max((properties ->> '$.template'), seq) as template,  -- noqa: RF04
        arg_max(coalesce((properties ->> '$.variant'), 'a'), seq) as variant
    from events
    where name in ('message_planned', 'message_skipped')
    group by (properties ->> '$.message_key')
),

deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max((properties ->> '$.retry_at'), seq) as retry_at,
        max(cast((properties ->> '$.latency_seconds') as double)) filter (where name = 'message_sent')
            as latency_seconds
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain', 'message_withheld')
    group by (properties ->> '$.message_key')
),

messages as (
    select
        intents.*,
        deliveries.latency_seconds,
        case
            when deliveries.last_name is null and intents.stated = 'message_skipped' then 'skipped'
            when deliveries.last_name = 'message_withheld' then 'skipped'
            when deliveries.last_name is null then 'waiting'
            when deliveries.last_name = 'message_sending' then 'sending'
            when deliveries.last_name = 'message_sent' then 'sent'
            when deliveries.last_name = 'message_uncertain' then 'uncertain'
            when deliveries.retry_at is not null then 'retrying'
            else 'failed'
        end as state
    from intents
    left join deliveries on intents.message_key = deliveries.message_key
)

select
    scenario,
    step_name,
    template,
    recipient,
    variant,
    count(*) as messages,
    count(*) filter (where state = 'waiting') as waiting,
    count(*) filter (where state = 'sending') as sending,
    count(*) filter (where state = 'retrying') as retrying,
    count(*) filter (where state = 'sent') as sent,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'uncertain') as uncertain,
    count(*) filter (where state = 'skipped') as skipped,
    median(latency_seconds) as median_latency_seconds,
    quantile_cont(latency_seconds, 0.95) as p95_latency_seconds
from messages
group by scenario, step_name, template, recipient, variant
order by scenario, step_name, template, recipient, variant
