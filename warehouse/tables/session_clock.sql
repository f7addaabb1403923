-- Every session's clock: when its second zero was and how long it lasts. A relation the derived tables share.
-- The newest plan counts; a LIVE session's clock starts when it went on air, and an early end shortens it. Each kind of
-- fact is a scan of its own: of facts that `name = …` rules out DuckDB unpacks no properties.
with stated as (
    select * from events
    where name = 'webinar_scheduled'
    union all
    select * from events
    where name = 'webinar_rescheduled'
),

plans as (
    select
        session_id,
        arg_min(webinar_id, seq) as webinar_id,
        arg_max((properties ->> '$.mode'), (occurred_at, seq)) filter (
            where name = 'webinar_scheduled'
        ) as session_mode,
        arg_max(cast((properties ->> '$.starts_at') as timestamptz), (occurred_at, seq)) as planned_at,
        arg_max(cast((properties ->> '$.duration_seconds') as double), (occurred_at, seq)) as planned_seconds
    from stated
    where session_id is not null
    group by session_id
),

turns as (
    select
        session_id,
        min(occurred_at) filter (where name = 'webinar_started') as started_at,
        min(occurred_at) filter (where name = 'webinar_ended') as ended_at
    from events
    where name in ('webinar_started', 'webinar_ended') and session_id is not null
    group by session_id
),

clocks as (
    select
        plans.session_id,
        plans.webinar_id,
        plans.session_mode,
        plans.planned_seconds,
        turns.ended_at,
        coalesce(
            case when plans.session_mode = 'live' then turns.started_at end, plans.planned_at
        ) as opens_at
    from plans
    left join turns on plans.session_id = turns.session_id
)

select
    session_id,
    webinar_id,
    session_mode,
    opens_at,
    case
        when session_mode = 'live' and ended_at > opens_at then epoch(ended_at) - epoch(opens_at)
        else planned_seconds
    end as length_seconds
from clocks
