-- Attempts that the Bot API did not take though nothing was wrong with the message, since the last one it took.
-- Parameter: since, how far back to look.
with outcomes as (
    select
        name,
        recorded_at,
        (properties ->> '$.code') as code
    from events
    where
        name in ('message_sent', 'message_failed')
        and recorded_at >= $since
        and (properties ->> '$.transport') = 'telegram'
),

taken as (
    select max(recorded_at) as last_at
    from outcomes
    where name = 'message_sent'
)

select
    (select taken.last_at from taken) as taken_at,
    count(*) as refused,
    min(recorded_at) as first_at,
    max(recorded_at) as last_at,
    arg_max(code, recorded_at) as code
from outcomes
where
    name = 'message_failed'
    and code in ('unreachable', 'token_rejected', 'conflict')
    and recorded_at > coalesce((select taken.last_at from taken), cast($since as timestamptz))
