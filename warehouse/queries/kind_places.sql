-- Who had a place in a webinar's sessions LIVE and AUTO or entered them, and who in their recordings: one row a kind, a
-- lead and a session. Of a recording: watched is from `replay_min` seconds of it on, completed is `completed_share` of
-- its length; what was clicked or sent after the session's end belongs to it. Needs: merged_leads and session_clocks
-- (survivors, session_clock), attendance.
-- Parameters: webinar, replay_min, completed_share.
with clocks as (
    select
        session_id,
        session_mode,
        length_seconds,
        opens_at + to_seconds(length_seconds) as ends_at
    from session_clocks
    where webinar_id = $webinar
),

places as (
    select
        attendance.lead_id,
        attendance.session_id,
        attendance.registered_at is not null as is_registered,
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
        clocks.session_mode,
        clocks.length_seconds
    from attendance
    inner join clocks on attendance.session_id = clocks.session_id
),

later as (
    select
        coalesce(merged_leads.survivor_id, events.lead_id) as lead_id,
        events.session_id,
        bool_or(events.name = 'client_webinar_offer_clicked') as is_clicked,
        bool_or(events.name = 'client_webinar_form_submitted') as is_submitted
    from events
    inner join clocks on events.session_id = clocks.session_id
    left join merged_leads on events.lead_id = merged_leads.lead_id
    where
        events.name in ('client_webinar_offer_clicked', 'client_webinar_form_submitted')
        and events.occurred_at >= clocks.ends_at
    group by coalesce(merged_leads.survivor_id, events.lead_id), events.session_id
),

stretches as (
    select
        coalesce(merged_leads.survivor_id, events.lead_id) as lead_id,
        events.session_id,
        cast((events.properties ->> '$.from_position_seconds') as double) as from_second,
        cast((events.properties ->> '$.to_position_seconds') as double) as to_second
    from events
    inner join clocks on events.session_id = clocks.session_id
    left join merged_leads on events.lead_id = merged_leads.lead_id
    where events.name = 'client_webinar_replay_watched'
),

-- Of overlapping stretches of one lead each adds only what lies beyond those before it.
added as (
    select
        lead_id,
        session_id,
        to_second,
        greatest(
            from_second,
            coalesce(
                max(to_second) over (
                    partition by session_id, lead_id
                    order by from_second, to_second
                    rows between unbounded preceding and 1 preceding
                ),
                from_second
            )
        ) as from_second
    from stretches
),

replays as (
    select
        lead_id,
        session_id,
        sum(to_second - from_second) filter (where to_second > from_second) as watched_seconds
    from added
    group by lead_id, session_id
),

recorded as (
    select
        places.lead_id,
        places.session_id,
        'replay' as kind,
        places.status,
        places.outcome,
        places.is_registered,
        replays.watched_seconds > 0 as is_entered,
        replays.watched_seconds >= $replay_min as is_attended,
        replays.watched_seconds >= $completed_share * places.length_seconds as is_completed,
        replays.watched_seconds,
        later.is_clicked,
        later.is_submitted
    from places
    left join replays on places.lead_id = replays.lead_id and places.session_id = replays.session_id
    left join later on places.lead_id = later.lead_id and places.session_id = later.session_id
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
    kind,
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
    null as joined_at_seconds,
    null as left_at_seconds
from recorded
