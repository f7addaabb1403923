-- The people behind one number of a session, who watched longest first: rows of `attendance`, as the page counts them.
-- Minutes are those of tables/audience_curve.sql; a test holds the two together. Needs: survivors, attendance,
-- session_clock.
-- Parameters: session, part, value (outcome, tenth or offer), minute, limit, offset.
with clock as (
    select
        epoch(opens_at) as zero,
        length_seconds,
        greatest(cast(ceil(length_seconds / 60) as integer), 1) as minutes
    from session_clock
    where session_id = $session
),

seen as (
    select
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        events.name,
        (events.properties ->> '$.offer_id') as offer_id,
        least(
            greatest(cast(floor((epoch(events.occurred_at) - clock.zero) / 60) as integer), 0), clock.minutes - 1
        ) as minute_no,
        case
            when events.name = 'client_webinar_watched'
                then greatest(epoch(cast((events.properties ->> '$.from_at') as timestamptz)) - clock.zero, 0)
        end as from_second,
        case
            when events.name = 'client_webinar_watched'
                then
                    least(
                        epoch(cast((events.properties ->> '$.to_at') as timestamptz)) - clock.zero,
                        clock.length_seconds
                    )
        end as to_second
    from events
    cross join clock
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.session_id = $session
        and events.name in (
            'client_webinar_watched', 'client_webinar_chat_posted', 'client_webinar_question_asked',
            'client_webinar_poll_answered', 'client_webinar_offer_shown', 'client_webinar_offer_clicked',
            'client_webinar_form_submitted'
        )
),

leads_seen as (
    select
        lead_id,
        bool_or(
            from_second < to_second and floor(from_second / 60) <= $minute and ceil(to_second / 60) > $minute
        ) as is_present,
        max(cast(ceil(to_second / 60) as integer)) filter (where from_second < to_second) - 1 = $minute as is_last,
        bool_or(
            name not in ('client_webinar_watched', 'client_webinar_offer_shown') and minute_no = $minute
        ) as is_acting,
        bool_or(name = 'client_webinar_offer_shown' and offer_id = $value) as is_shown,
        bool_or(name = 'client_webinar_offer_clicked' and offer_id = $value) as is_clicked,
        bool_or(name = 'client_webinar_form_submitted' and offer_id = $value) as is_submitted
    from seen
    group by lead_id
),

behind as (
    select attendance.*
    from attendance
    left join leads_seen on attendance.lead_id = leads_seen.lead_id
    where
        attendance.session_id = $session
        and case $part
            when 'outcome' then coalesce(attendance.outcome, 'undecided') = $value
            when 'registered' then attendance.registered_at is not null
            when 'entered' then attendance.entered_at is not null
            when 'attended' then attendance.status = 'attended'
            when 'attended_registered' then attendance.status = 'attended' and attendance.registered_at is not null
            when 'completed' then attendance.is_completed
            when 'replay_watched' then attendance.replay_watched_at is not null
            when 'replay_only' then attendance.outcome = 'watched_replay' and attendance.replay_watched_at is not null
            when 'tenth'
                then
                    attendance.entered_at is not null
                    and cast(
                        least(floor(10 * attendance.watched_seconds / attendance.session_seconds), 9) as integer
                    ) = try_cast($value as integer)
            when 'present' then leads_seen.is_present
            when 'dropped' then leads_seen.is_last
            when 'acting' then leads_seen.is_acting
            when 'offer_shown' then leads_seen.is_shown
            when 'offer_clicked' then leads_seen.is_clicked
            when 'offer_submitted' then leads_seen.is_submitted
        end
),

shown as materialized (
    select *
    from behind
    order by watched_seconds desc nulls last, lead_id asc
    limit $limit offset $offset
),

named as (
    select
        people.subject_id,
        people.value
    from people
    where people.kind = 'name' and people.subject_id in (select shown.lead_id from shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

select
    shown.lead_id,
    shown.status,
    shown.outcome,
    shown.watched_seconds,
    shown.joined_at_seconds,
    shown.left_at_seconds,
    coalesce(named.value, '') as lead_name,
    (select count(everybody.lead_id) from behind as everybody) as total
from shown
left join named on shown.lead_id = named.subject_id
order by shown.watched_seconds desc nulls last, shown.lead_id asc
