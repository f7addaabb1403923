-- The newest canary that came back, and the newest that was let loose: how long a fact waits for its decision, seconds.
with flights as (
    select
        properties ->> '$.minute' as released_for,
        min(recorded_at) filter (where name = 'canary_released') as released_at,
        min(recorded_at) filter (where name = 'canary_returned') as returned_at
    from events
    where name in ('canary_released', 'canary_returned') and recorded_at >= $since
    group by properties ->> '$.minute'
)

select
    max(released_at) as released_at,
    arg_max(epoch(returned_at) - epoch(released_at), released_at) filter (where returned_at is not null)
        as latency_seconds,
    max(released_at) filter (where returned_at is not null) as answered_at
from flights
