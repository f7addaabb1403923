-- How long those who entered a session watched: leads by tenths of its length (0 to 9, all of it is in 9), and half of
-- them at least how long. Who has no verdict yet is not in. Needs: attendance. Parameter: session.
with watched as (
    select
        watched_seconds,
        session_seconds,
        cast(least(floor(10 * watched_seconds / session_seconds), 9) as integer) as tenth
    from attendance
    where session_id = $session and entered_at is not null and watched_seconds is not null and session_seconds > 0
)

select
    tenth,
    count(*) as leads,
    (select median(everybody.watched_seconds) from watched as everybody) as median_seconds,
    (select max(everybody.session_seconds) from watched as everybody) as longest_seconds
from watched
group by tenth
order by tenth
