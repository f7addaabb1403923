-- How a webinar's sessions fared LIVE and AUTO, and their recordings: one row a kind. A lead counts once a session.
-- Each share has its own base: attended over places, the rest over attended, both of the same leads.
-- Needs: kind_places.
select
    kind,
    count(*) filter (where is_registered) as registered,
    count(*) filter (where is_attended) as attended,
    count(*) filter (where is_attended and is_registered) as attended_registered,
    median(watched_seconds) filter (where is_entered) as median_seconds,
    count(*) filter (where is_attended and is_completed) as completed,
    count(*) filter (where is_attended and is_clicked) as clicked,
    count(*) filter (where is_attended and is_submitted) as submitted
from kind_places
group by kind
order by kind
