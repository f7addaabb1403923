-- How many messages of every step stand where, and why the skipped ones were skipped.
-- State: waiting (planned, not sent yet), sending, sent, retrying, failed, uncertain, skipped; reason only for skipped.
with intents as (
    select
        name,
        (properties ->> '$.message_key') as message_key,
        (properties ->> '$.scenario') as scenario,
        (properties ->> '$.step') as step_name,
        coalesce(properties ->> '$.reason', '') as reason
    from events
    where name in ('message_planned', 'message_skipped')
),

deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max(coalesce(properties ->> '$.reason', ''), seq) as reason,
        arg_max(properties ->> '$.retry_at', seq) as retry_at
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain', 'message_withheld')
    group by (properties ->> '$.message_key')
),

messages as (
    select
        intents.scenario,
        intents.step_name,
        coalesce(nullif(intents.reason, ''), deliveries.reason, '') as reason,
        case
            when intents.name = 'message_skipped' or deliveries.last_name = 'message_withheld' then 'skipped'
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
    state,
    reason,
    count(*) as messages
from messages
group by scenario, step_name, state, reason
order by scenario asc, step_name asc, state asc, messages desc, reason asc
