-- Who had a place in a webinar's sessions LIVE and AUTO or entered them, and who in their recordings: one row a kind, a
-- lead and a session. Of a recording: watched is from `replay_min` seconds of it on, completed is `completed_share` of
-- its length; what was clicked or sent after the session's end belongs to it. Only sessions that were over by
-- `settled`, and places with a verdict: what lies ahead, is on the air or was cancelled would make every share look too
-- small. Needs: session_clocks (session_clock), attendance. Parameters: webinar, settled, replay_min, completed_share.
with clocks as (
    select
        session_id,
        session_mode,
        length_seconds,
        opens_at + to_seconds(length_seconds) as ends_at
    from session_clocks
    where
        webinar_id = $webinar
        and opens_at + to_seconds(length_seconds) <= cast($settled as timestamptz)
),

places as (
    select
        attendance.lead_id,
        attendance.session_id,
        attendance.registered_at is not null and attendance.status is not null as is_registered,
        attendance.entered_at is not null as is_entered,
        coalesce(attendance.status = 'attended', false) as is_attended,
        coalesce(attendance.is_completed, false) as is_completed,
        attendance.watched_seconds,
        attendance.status,
        attendance.outcome,
        attendance.joined_at_seconds,
        attendance.left_at_seconds,
        coalesce(attendance.offer_clicked_at < clocks.ends_at, false) as is_clicked,
        coalesce(attendance.form_submitted_at < clocks.ends_at, false) as is_submitted,
        attendance.replay_seconds,
        coalesce(attendance.last_clicked_at >= clocks.ends_at, false) as is_clicked_later,
        coalesce(attendance.last_submitted_at >= clocks.ends_at, false) as is_submitted_later,
        clocks.session_mode,
        clocks.length_seconds
    from attendance
    inner join clocks on attendance.session_id = clocks.session_id
)

select
    session_mode as kind,
    lead_id,
    session_id,
    status,
    outcome,
    is_registered,
    is_entered,
    is_attended,
    is_completed,
    watched_seconds,
    is_clicked,
    is_submitted,
    joined_at_seconds,
    left_at_seconds
from places
union all by name
select
    'replay' as kind,
    lead_id,
    session_id,
    status,
    outcome,
    is_registered,
    replay_seconds > 0 as is_entered,
    replay_seconds >= $replay_min as is_attended,
    replay_seconds >= $completed_share * length_seconds as is_completed,
    replay_seconds as watched_seconds,
    is_clicked_later as is_clicked,
    is_submitted_later as is_submitted,
    null as joined_at_seconds,
    null as left_at_seconds
from places
