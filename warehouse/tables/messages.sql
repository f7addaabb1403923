-- Every message that became due, and what became of it. Needs nothing but the log.
-- A message is in exactly one state: waiting, sending, retrying, sent, failed, uncertain or skipped.
with read_once as (
    select
        seq,
        name,
        lead_id,
        occurred_at,
        (
            properties ->> [
                '$.message_key', '$.scenario', '$.step', '$.recipient', '$.template', '$.variant', '$.retry_at',
                '$.latency_seconds'
            ]
        ) as stated,
        name in ('message_planned', 'message_skipped') as is_intent
    from events
    where
        name in (
            'message_planned', 'message_skipped', 'message_sending', 'message_sent', 'message_failed',
            'message_uncertain', 'message_withheld'
        )
),

known as (
    select
        stated[1] as message_key,
        arg_min(lead_id, seq) as lead_id,
        arg_max(stated, seq) filter (where is_intent) as intent,
        arg_max(name, seq) filter (where is_intent) as intended,
        arg_max(name, seq) filter (where not is_intent) as last_name,
        arg_max(stated[7], seq) filter (where name = 'message_failed') as retry_at,
        max(cast(stated[8] as double)) filter (where name = 'message_sent') as latency_seconds,
        min(occurred_at) filter (where name = 'message_planned') as planned_at,
        bool_or(name = 'message_withheld') as is_withheld,
        min(occurred_at) filter (where name = 'message_sent') as sent_at
    from read_once
    group by stated[1]
)

select
    message_key,
    coalesce(lead_id, '') as lead_id,
    intent[2] as scenario,
    intent[3] as step_name,
    intent[5] as template,  -- noqa: RF04
    intent[4] as recipient,
    coalesce(intent[6], 'a') as variant,
    case when not is_withheld then planned_at end as planned_at,
    sent_at,
    latency_seconds,
    case
        when last_name is null and intended = 'message_skipped' then 'skipped'
        when last_name = 'message_withheld' then 'skipped'
        when last_name is null then 'waiting'
        when last_name = 'message_sending' then 'sending'
        when last_name = 'message_sent' then 'sent'
        when last_name = 'message_uncertain' then 'uncertain'
        when retry_at is not null then 'retrying'
        else 'failed'
    end as state
from known
where intent is not null
