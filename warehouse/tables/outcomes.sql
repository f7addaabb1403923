-- How the leads of each session fared: one row per session and outcome. Needs: survivors, attendance.
select
    session_id,
    arg_min(webinar_id, lead_id) as webinar_id,
    coalesce(outcome, 'undecided') as outcome,
    count(*) as leads,
    count(registered_at) as registered,
    count(entered_at) as entered,
    count(*) filter (where status = 'attended') as attended,
    count(*) filter (where is_completed) as completed,
    count(replay_watched_at) as replay_watched,
    coalesce(sum(watched_seconds), 0) as watched_seconds
from attendance
group by session_id, coalesce(outcome, 'undecided')
order by session_id, outcome
