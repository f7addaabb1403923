-- How the leads of each session fared: one row per session and outcome. Needs: attendance.
-- `attended_registered` is over those with a place, so that attended ÷ registered never exceeds the whole.
select
    session_id,
    any_value(webinar_id) as webinar_id,
    coalesce(outcome, 'undecided') as outcome,
    count(*) as leads,
    count(registered_at) as registered,
    count(entered_at) as entered,
    count(*) filter (where status = 'attended') as attended,
    count(registered_at) filter (where status = 'attended') as attended_registered,
    count(*) filter (where is_completed) as completed,
    count(*) filter (where status = 'attended' and offer_clicked_at is not null) as clicked,
    count(*) filter (where status = 'attended' and form_submitted_at is not null) as submitted,
    count(replay_watched_at) as replay_watched,
    round(coalesce(sum(watched_seconds), 0), 3) as watched_seconds
from attendance
group by session_id, coalesce(outcome, 'undecided')
order by session_id, outcome
