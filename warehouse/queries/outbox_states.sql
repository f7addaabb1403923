-- How many messages stand where, and how long sending took (seconds from planned to accepted, sent since $since).
-- Parameters: scenario, step, reason, person as in outbox_list ('' all); since bounds the latency only.
with found as (
    select distinct subject_id
    from people_current
    where
        (kind in ('name', 'email') and $person != '' and contains(lower(value), $person))
        or (kind = 'phone' and $digits != '' and contains(value, $digits))
),

intents as (
    select
        name,
        lead_id,
        recorded_at,
        (properties ->> '$.message_key') as message_key,
        (properties ->> '$.partner_id') as partner_id,
        (properties ->> '$.reason') as reason
    from events
    where
        name in ('message_planned', 'message_skipped')
        and ($scenario = '' or (properties ->> '$.scenario') = $scenario)
        and ($step = '' or (properties ->> '$.step') = $step)
),

deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max(properties ->> '$.reason', seq) as reason,
        arg_max(properties ->> '$.retry_at', seq) as retry_at,
        max(cast((properties ->> '$.latency_seconds') as double)) as stated_seconds,
        max(recorded_at) filter (where name = 'message_sent') as sent_at
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain', 'message_withheld')
    group by (properties ->> '$.message_key')
),

messages as (
    select
        case
            when intents.name = 'message_skipped' or deliveries.last_name = 'message_withheld' then 'skipped'
            when deliveries.last_name is null then 'waiting'
            when deliveries.last_name = 'message_sending' then 'sending'
            when deliveries.last_name = 'message_sent' then 'sent'
            when deliveries.last_name = 'message_uncertain' then 'uncertain'
            when deliveries.retry_at is not null then 'retrying'
            else 'failed'
        end as state,
        case
            when deliveries.sent_at >= $since
                then coalesce(deliveries.stated_seconds, epoch(deliveries.sent_at) - epoch(intents.recorded_at))
        end as latency_seconds
    from intents
    left join deliveries on intents.message_key = deliveries.message_key
    where
        ($reason = '' or coalesce(intents.reason, deliveries.reason, '') = $reason)
        and (
            $person = ''
            or intents.lead_id in (select found.subject_id from found)
            or intents.partner_id in (select found.subject_id from found)
            or starts_with(intents.lead_id, $person)
        )
)

select
    state,
    count(*) as messages,
    median(latency_seconds) as p50_seconds,
    quantile_cont(latency_seconds, 0.95) as p95_seconds
from messages
group by state
order by state
