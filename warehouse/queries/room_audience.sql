-- How many were in a room and how many of them watched, at the end of every step, from the facts of the visits.
-- A visit counts from its entry to its end; one that nobody has ended, to its last interval. One lead has one seat at a
-- time, so intervals add up without counting anybody twice.
with visits as (
    select
        entered.lead_id,
        entered.occurred_at as from_at,
        coalesce(
            any_value(ended.occurred_at),
            max(try_cast(seen.properties ->> '$.to_at' as timestamptz)),
            entered.occurred_at
        ) as to_at
    from events as entered
    left join events as ended
        on
            ended.name = 'client_webinar_left'
            and entered.session_id = ended.session_id
            and entered.lead_id = ended.lead_id
            and (entered.properties ->> '$.visit_no') = (ended.properties ->> '$.visit_no')
    left join events as seen
        on
            seen.name = 'client_webinar_watched'
            and entered.session_id = seen.session_id
            and entered.lead_id = seen.lead_id
            and entered.occurred_at <= seen.occurred_at
    where
        entered.name = 'client_webinar_entered'
        and entered.session_id = $session_id
    group by entered.lead_id, entered.occurred_at, (entered.properties ->> '$.visit_no')
),

intervals as (
    select
        cast(properties ->> '$.from_at' as timestamptz) as from_at,
        cast(properties ->> '$.to_at' as timestamptz) as to_at
    from events
    where
        name = 'client_webinar_watched'
        and session_id = $session_id
        and cast(properties ->> '$.from_at' as timestamptz) >= $since
),

steps as (
    select
        cast(floor(epoch(from_at) / $step) * $step as bigint) as second_at,
        1 as came_in,
        0 as began_to_watch
    from visits
    union all
    select
        cast(floor(epoch(to_at) / $step) * $step as bigint) as second_at,
        -1 as came_in,
        0 as began_to_watch
    from visits
    union all
    select
        cast(floor(epoch(from_at) / $step) * $step as bigint) as second_at,
        0 as came_in,
        1 as began_to_watch
    from intervals
    union all
    select
        cast(floor(epoch(to_at) / $step) * $step as bigint) as second_at,
        0 as came_in,
        -1 as began_to_watch
    from intervals
),

changes as (
    select
        second_at,
        sum(came_in) as came_in,
        sum(began_to_watch) as began_to_watch
    from steps
    group by second_at
)

select
    second_at,
    cast(sum(came_in) over (order by second_at) as integer) as present,
    cast(sum(began_to_watch) over (order by second_at) as integer) as watching
from changes
order by second_at
