-- Deliveries of one endpoint that wait for another attempt: failed ones whose retry is to come, and those that staff
-- asked for again after their newest attempt. Each with the fact it is about, oldest first. Parameter: endpoint_id.
with attempts as (
    select
        (properties ->> '$.delivery_id') as delivery_id,
        max(seq) as seq,
        arg_max((properties ->> '$.fact_id'), seq) as fact_id,
        arg_max((properties ->> '$.outcome'), seq) as outcome,
        arg_max((properties ->> '$.retry_at'), seq) as retry_at,
        max((properties ->> '$.attempt')::integer) as attempt,
        arg_max((properties ->> '$.tries_left')::integer, seq) as tries_left
    from events
    where name = 'webhook_attempted' and (properties ->> '$.endpoint_id') = $endpoint_id
    group by (properties ->> '$.delivery_id')
),

wishes as (
    select
        seq,
        (properties ->> '$.delivery_id') as delivery_id
    from events
    where name = 'webhook_replay_requested' and (properties ->> '$.endpoint_id') = $endpoint_id
),

owed as (
    select
        attempts.*,
        (attempts.outcome != 'failed') as is_replay
    from attempts
    where
        attempts.outcome = 'failed'
        or exists (
            select 1
            from wishes
            where
                wishes.seq > attempts.seq
                and (
                    wishes.delivery_id = attempts.delivery_id
                    or (wishes.delivery_id is null and attempts.outcome = 'dead')
                )
        )
)

select
    owed.delivery_id,
    owed.attempt,
    owed.tries_left,
    owed.is_replay,
    facts.seq,
    facts.event_id,
    facts.name,
    facts.version,
    facts.emitter,
    facts.occurred_at,
    facts.recorded_at,
    facts.lead_id,
    facts.webinar_id,
    facts.session_id,
    facts.correlation_id,
    facts.properties::varchar as properties,
    try_cast(owed.retry_at as timestamptz) as retry_at
from owed
inner join events as facts on owed.fact_id = facts.event_id::varchar
order by owed.seq
