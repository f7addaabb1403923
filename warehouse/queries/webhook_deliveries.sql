-- Deliveries of one endpoint, newest attempt first, each with its newest attempt, how many there were, and what the
-- receiver answered. Parameters: endpoint_id, outcome ('' all), limit.
with attempts as (
    select
        (properties ->> '$.delivery_id') as delivery_id,
        max(seq) as seq,
        max(recorded_at) as attempted_at,
        arg_max((properties ->> '$.fact_id'), seq) as fact_id,
        arg_max((properties ->> '$.outcome'), seq) as outcome,
        arg_max(coalesce(properties ->> '$.code', ''), seq) as code,
        arg_max(coalesce(properties ->> '$.detail', ''), seq) as detail,
        arg_max(coalesce(properties ->> '$.status', ''), seq) as status,
        arg_max(coalesce(properties ->> '$.retry_at', ''), seq) as retry_at,
        arg_max((properties ->> '$.took_seconds')::double, seq) as took_seconds,
        max((properties ->> '$.attempt')::integer) as attempts
    from events
    where name = 'webhook_attempted' and (properties ->> '$.endpoint_id') = $endpoint_id
    group by (properties ->> '$.delivery_id')
),

shown as (
    select *
    from attempts
    where $outcome in ('', outcome)
    order by seq desc
    limit $limit
)

select
    shown.delivery_id,
    facts.name,
    facts.occurred_at,
    facts.lead_id,
    shown.attempted_at,
    shown.outcome,
    shown.code,
    shown.detail,
    shown.attempts,
    shown.took_seconds,
    try_cast(shown.status as integer) as status,
    try_cast(nullif(shown.retry_at, '') as timestamptz) as retry_at,
    coalesce((
        select arg_max(answers.value, answers.seq)
        from people as answers
        where answers.kind = 'webhook_answer' and answers.ref = shown.delivery_id
    ), '') as answer
from shown
inner join events as facts on shown.fact_id = facts.event_id::varchar
order by shown.seq desc
