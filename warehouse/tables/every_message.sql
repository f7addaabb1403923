-- Every message that became due, to whomever, and what became of it: a relation. Needs nothing but the log.
-- A message is in exactly one state: waiting, sending, retrying, sent, failed, uncertain or skipped.
-- Each kind of fact is a scan of its own: DuckDB unpacks the properties of every fact it cannot rule out by `name = …`.
with intents as (
    select
        seq,
        name,
        lead_id,
        occurred_at,
        recorded_at,
        (
            properties ->> [
                '$.message_key', '$.scenario', '$.step', '$.template', '$.recipient', '$.variant', '$.partner_id',
                '$.reason'
            ]
        ) as stated
    from (
        select * from events
        where name = 'message_planned'
        union all
        select * from events
        where name = 'message_skipped'
    ) as intents_read
),

attempts as (
    select
        seq,
        name,
        lead_id,
        occurred_at,
        recorded_at,
        (properties ->> ['$.message_key', '$.retry_at', '$.latency_seconds', '$.reason']) as stated
    from (
        select * from events
        where name = 'message_sending'
        union all
        select * from events
        where name = 'message_sent'
        union all
        select * from events
        where name = 'message_failed'
        union all
        select * from events
        where name = 'message_uncertain'
        union all
        select * from events
        where name = 'message_withheld'
    ) as attempts_read
),

-- The newest intent counts. What a step says of itself is never empty but for the variant, so each word is of it.
intended as (
    select
        stated[1] as message_key,
        min(seq) filter (where lead_id is not null) as seq,
        arg_min(lead_id, seq) as lead_id,
        arg_max(name, seq) as name,  -- noqa: RF04
        arg_max(stated[2], seq) as scenario,
        arg_max(stated[3], seq) as step_name,
        arg_max(stated[4], seq) as template,  -- noqa: RF04
        arg_max(stated[5], seq) as recipient,
        arg_max(coalesce(stated[6], 'a'), seq) as variant,
        arg_max(stated[7], seq) as partner_id,
        arg_max(stated[8], seq) as reason,
        max(seq) as newest_seq,
        min(recorded_at) as recorded_at,
        min(occurred_at) filter (where name = 'message_planned') as planned_at
    from intents
    group by stated[1]
),

tried as (
    select
        stated[1] as message_key,
        min(seq) filter (where lead_id is not null) as seq,
        arg_min(lead_id, seq) as lead_id,
        arg_max(name, seq) as name,  -- noqa: RF04
        max(seq) as newest_seq,
        count(*) filter (where name = 'message_sending') as attempts,
        arg_max(stated[2], seq) filter (where name = 'message_failed') as retry_at,
        arg_max(stated[4], seq) as reason,
        max(cast(stated[3] as double)) filter (where name = 'message_sent') as latency_seconds,
        max(recorded_at) filter (where name = 'message_sent') as accepted_at,
        bool_or(name = 'message_withheld') as is_withheld,
        min(occurred_at) filter (where name = 'message_sent') as sent_at
    from attempts
    group by stated[1]
)

select
    intended.message_key,
    coalesce(
        case when tried.seq < intended.seq then tried.lead_id end, intended.lead_id, tried.lead_id, ''
    ) as lead_id,
    intended.scenario,
    intended.step_name,
    intended.template,
    intended.recipient,
    intended.variant,
    intended.partner_id,
    coalesce(intended.reason, tried.reason) as reason,
    case when not coalesce(tried.is_withheld, false) then intended.planned_at end as planned_at,
    tried.sent_at,
    tried.accepted_at,
    coalesce(tried.latency_seconds, epoch(tried.accepted_at) - epoch(intended.recorded_at)) as latency_seconds,
    coalesce(tried.attempts, 0) as attempts,
    intended.newest_seq as seq,
    tried.newest_seq as newest_attempt_seq,
    case
        when tried.name is null and intended.name = 'message_skipped' then 'skipped'
        when tried.name = 'message_withheld' then 'skipped'
        when tried.name is null then 'waiting'
        when tried.name = 'message_sending' then 'sending'
        when tried.name = 'message_sent' then 'sent'
        when tried.name = 'message_uncertain' then 'uncertain'
        when tried.retry_at is not null then 'retrying'
        else 'failed'
    end as state  -- noqa: RF04
from intended
left join tried on intended.message_key = tried.message_key
