-- The newest canary that came back, and the newest that was let loose: how long a fact waits for its decision, seconds.
-- waiting_since: the oldest of those let loose after the newest that came back.
with flights as (
    select
        properties ->> '$.minute' as released_for,
        min(recorded_at) filter (where name = 'canary_released') as released_at,
        min(recorded_at) filter (where name = 'canary_returned') as returned_at
    from events
    where name in ('canary_released', 'canary_returned') and recorded_at >= $since
    group by properties ->> '$.minute'
),

answered as (
    select max(released_at) as last_at
    from flights
    where returned_at is not null
)

select
    max(released_at) as released_at,
    arg_max(epoch(returned_at) - epoch(released_at), released_at) filter (where returned_at is not null)
        as latency_seconds,
    (select answered.last_at from answered) as answered_at,
    min(released_at) filter (
        where returned_at is null and released_at > coalesce((select answered.last_at from answered), $since)
    ) as waiting_since
from flights
