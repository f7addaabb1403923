-- Who was there in every minute of every session that anybody came to, and what happened. Needs: survivors,
-- session_clock. Minutes are those of the session's clock, 0 first; the recording has the same minutes.
-- Present: leads with a presence interval that touches the minute_no, however many devices. What happened before second
-- zero or after the end counts in the first or the last minute.
with clocks as (
    select
        *,
        greatest(cast(ceil(length_seconds / 60) as integer), 1) as minutes
    from session_clock
),

seen as (
    select
        events.name,
        events.session_id,
        clocks.minutes,
        clocks.length_seconds,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        epoch(events.occurred_at) - epoch(clocks.opens_at) as at_seconds,
        case events.name
            when 'client_webinar_watched'
                then epoch(cast((events.properties ->> '$.from_at') as timestamptz)) - epoch(clocks.opens_at)
            when 'client_webinar_replay_watched' then cast((events.properties ->> '$.from_position_seconds') as double)
        end as from_second,
        case events.name
            when 'client_webinar_watched'
                then epoch(cast((events.properties ->> '$.to_at') as timestamptz)) - epoch(clocks.opens_at)
            when 'client_webinar_replay_watched' then cast((events.properties ->> '$.to_position_seconds') as double)
        end as to_second
    from events
    inner join clocks on events.session_id = clocks.session_id
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.lead_id is not null
        and events.name in (
            'client_webinar_entered', 'client_webinar_watched', 'client_webinar_left', 'client_webinar_chat_posted',
            'client_webinar_question_asked', 'client_webinar_poll_answered', 'client_webinar_offer_shown',
            'client_webinar_offer_clicked', 'client_webinar_form_submitted', 'client_webinar_replay_watched'
        )
),

intervals as (
    select
        name,
        session_id,
        lead_id,
        cast(floor(greatest(from_second, 0) / 60) as integer) as from_minute,
        cast(ceil(least(to_second, length_seconds) / 60) as integer) as to_minute
    from seen
    where from_second < length_seconds and to_second > greatest(from_second, 0)
),

presence as (
    select distinct
        name,
        session_id,
        lead_id,
        unnest(range(from_minute, to_minute)) as minute_no
    from intervals
),

present as (
    select
        session_id,
        minute_no,
        count(*) filter (where name = 'client_webinar_watched') as present,
        count(*) filter (where name = 'client_webinar_replay_watched') as replaying
    from presence
    group by session_id, minute_no
),

gone as (
    select
        session_id,
        last_minute as minute_no,
        count(*) as dropped
    from (
        select
            session_id,
            lead_id,
            max(minute_no) as last_minute
        from presence
        where name = 'client_webinar_watched'
        group by session_id, lead_id
    ) as last_seen
    group by session_id, last_minute
),

first_entries as (
    select
        session_id,
        lead_id,
        minutes,
        min(at_seconds) as at_seconds
    from seen
    where name = 'client_webinar_entered'
    group by session_id, lead_id, minutes
),

came as (
    select
        session_id,
        cast(least(greatest(floor(at_seconds / 60), 0), minutes - 1) as integer) as minute_no,
        count(*) as entered
    from first_entries
    group by session_id, minute_no
),

happened as (
    select
        session_id,
        cast(least(greatest(floor(at_seconds / 60), 0), minutes - 1) as integer) as minute_no,
        count(*) filter (where name = 'client_webinar_left') as visits_ended,
        count(*) filter (where name = 'client_webinar_chat_posted') as chat_lines,
        count(*) filter (where name = 'client_webinar_question_asked') as questions,
        count(*) filter (where name = 'client_webinar_poll_answered') as poll_answers,
        count(distinct lead_id) filter (where name = 'client_webinar_offer_shown') as offer_shown,
        count(distinct lead_id) filter (where name = 'client_webinar_offer_clicked') as offer_clicked,
        count(distinct lead_id) filter (where name = 'client_webinar_form_submitted') as form_submitted
    from seen
    where name not in ('client_webinar_watched', 'client_webinar_replay_watched', 'client_webinar_entered')
    group by session_id, minute_no
),

minutes as (
    select
        clocks.session_id,
        clocks.webinar_id,
        clocks.session_mode,
        unnest(range(clocks.minutes)) as minute_no
    from clocks
    where clocks.session_id in (select seen.session_id from seen)
)

select
    minutes.session_id,
    minutes.webinar_id,
    minutes.session_mode,
    cast(minutes.minute_no as integer) as minute_no,
    coalesce(present.present, 0) as present,
    coalesce(came.entered, 0) as entered,
    coalesce(happened.visits_ended, 0) as visits_ended,
    coalesce(gone.dropped, 0) as dropped,
    coalesce(happened.chat_lines, 0) as chat_lines,
    coalesce(happened.questions, 0) as questions,
    coalesce(happened.poll_answers, 0) as poll_answers,
    coalesce(happened.offer_shown, 0) as offer_shown,
    coalesce(happened.offer_clicked, 0) as offer_clicked,
    coalesce(happened.form_submitted, 0) as form_submitted,
    coalesce(present.replaying, 0) as replaying
from minutes
left join present on minutes.session_id = present.session_id and minutes.minute_no = present.minute_no
left join came on minutes.session_id = came.session_id and minutes.minute_no = came.minute_no
left join gone on minutes.session_id = gone.session_id and minutes.minute_no = gone.minute_no
left join happened on minutes.session_id = happened.session_id and minutes.minute_no = happened.minute_no
order by minutes.session_id, minutes.minute_no
