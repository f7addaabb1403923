-- Who was there in every minute of every session that anybody came to, and what happened. Needs: survivors,
-- known_leads, session_clock. Minutes are those of the session's clock, 0 first; the recording has the same minutes.
-- Present: leads with a presence interval that touches the minute, however many devices. What happened before second
-- zero or after the end counts in the first or the last minute. Facts whose properties are read are read apart from the
-- others: DuckDB unpacks the properties of every fact it cannot rule out by `name = …`.
with canonical as (
    select
        known_leads.lead_id,
        known_leads.lead_id as canonical_id
    from known_leads
    anti join survivors on known_leads.lead_id = survivors.lead_id
    union all
    select
        survivors.lead_id,
        survivors.survivor_id as canonical_id
    from survivors
    semi join known_leads on survivors.survivor_id = known_leads.lead_id
),

clocks as (
    select
        *,
        greatest(cast(ceil(length_seconds / 60) as integer), 1) as minutes
    from session_clock
),

acted as (
    select
        events.name,
        events.session_id,
        canonical.canonical_id as lead_id,
        cast(
            least(
                greatest(floor((epoch(events.occurred_at) - epoch(clocks.opens_at)) / 60), 0), clocks.minutes - 1
            ) as integer
        ) as minute_no
    from events
    inner join clocks on events.session_id = clocks.session_id
    inner join canonical on events.lead_id = canonical.lead_id
    where
        events.name in (
            'client_webinar_entered', 'client_webinar_left', 'client_webinar_chat_posted',
            'client_webinar_question_asked', 'client_webinar_poll_answered', 'client_webinar_offer_shown',
            'client_webinar_offer_clicked', 'client_webinar_form_submitted'
        )
),

-- Positions of presence, in seconds of the session's clock: of the live show by the wall, of the recording as stated.
stretches as (
    select
        name,
        session_id,
        lead_id,
        (properties ->> ['$.from_at', '$.to_at']) as stated
    from events
    where name = 'client_webinar_watched' and lead_id is not null
    union all
    select
        name,
        session_id,
        lead_id,
        (properties ->> ['$.from_position_seconds', '$.to_position_seconds']) as stated
    from events
    where name = 'client_webinar_replay_watched' and lead_id is not null
),

spans as (
    select
        stretches.name,
        stretches.session_id,
        canonical.canonical_id as lead_id,
        clocks.length_seconds,
        case stretches.name
            when 'client_webinar_watched'
                then epoch(cast(stretches.stated[1] as timestamptz)) - epoch(clocks.opens_at)
            else cast(stretches.stated[1] as double)
        end as from_second,
        case stretches.name
            when 'client_webinar_watched'
                then epoch(cast(stretches.stated[2] as timestamptz)) - epoch(clocks.opens_at)
            else cast(stretches.stated[2] as double)
        end as to_second
    from stretches
    inner join clocks on stretches.session_id = clocks.session_id
    inner join canonical on stretches.lead_id = canonical.lead_id
),

intervals as (
    select
        name,
        session_id,
        lead_id,
        cast(floor(greatest(from_second, 0) / 60) as integer) as from_minute,
        cast(ceil(least(to_second, length_seconds) / 60) as integer) as to_minute
    from spans
    where from_second < length_seconds and to_second > greatest(from_second, 0)
),

-- Of overlapping intervals of one lead each adds only what lies beyond those before it, so nobody counts twice.
added as (
    select
        name,
        session_id,
        lead_id,
        to_minute,
        greatest(
            from_minute,
            coalesce(
                max(to_minute) over (
                    partition by name, session_id, lead_id
                    order by from_minute, to_minute
                    rows between unbounded preceding and 1 preceding
                ),
                from_minute
            )
        ) as from_minute
    from intervals
),

steps as (
    select
        name,
        session_id,
        from_minute as minute_no,
        count(*) as difference
    from added
    where from_minute < to_minute
    group by name, session_id, from_minute
    union all
    select
        name,
        session_id,
        to_minute as minute_no,
        -count(*) as difference
    from added
    where from_minute < to_minute
    group by name, session_id, to_minute
),

changes as (
    select
        session_id,
        minute_no,
        coalesce(sum(difference) filter (where name = 'client_webinar_watched'), 0) as coming,
        coalesce(sum(difference) filter (where name = 'client_webinar_replay_watched'), 0) as replays_coming
    from steps
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
            max(to_minute) - 1 as last_minute
        from intervals
        where name = 'client_webinar_watched'
        group by session_id, lead_id
    ) as last_seen
    group by session_id, last_minute
),

came as (
    select
        session_id,
        minute_no,
        count(*) as entered
    from (
        select
            session_id,
            lead_id,
            min(minute_no) as minute_no
        from acted
        where name = 'client_webinar_entered'
        group by session_id, lead_id
    ) as first_entries
    group by session_id, minute_no
),

acts as (
    select
        session_id,
        minute_no,
        lead_id,
        count(*) filter (where name = 'client_webinar_left') as visits_ended,
        count(*) filter (where name = 'client_webinar_chat_posted') as chat_lines,
        count(*) filter (where name = 'client_webinar_question_asked') as questions,
        count(*) filter (where name = 'client_webinar_poll_answered') as poll_answers,
        bool_or(name = 'client_webinar_offer_shown') as is_shown,
        bool_or(name = 'client_webinar_offer_clicked') as is_clicked,
        bool_or(name = 'client_webinar_form_submitted') as is_submitted
    from acted
    where name != 'client_webinar_entered'
    group by session_id, minute_no, lead_id
),

happened as (
    select
        session_id,
        minute_no,
        sum(visits_ended) as visits_ended,
        sum(chat_lines) as chat_lines,
        sum(questions) as questions,
        sum(poll_answers) as poll_answers,
        count(*) filter (where is_shown) as offer_shown,
        count(*) filter (where is_clicked) as offer_clicked,
        count(*) filter (where is_submitted) as form_submitted
    from acts
    group by session_id, minute_no
),

every_minute as (
    select
        clocks.session_id,
        clocks.webinar_id,
        clocks.session_mode,
        unnest(range(clocks.minutes)) as minute_no
    from clocks
    where
        clocks.session_id in (select acted.session_id from acted)
        or clocks.session_id in (select spans.session_id from spans)
),

counted as (
    select
        every_minute.*,
        sum(coalesce(changes.coming, 0)) over (
            partition by every_minute.session_id order by every_minute.minute_no
        ) as present,
        sum(coalesce(changes.replays_coming, 0)) over (
            partition by every_minute.session_id order by every_minute.minute_no
        ) as replaying
    from every_minute
    left join changes on every_minute.session_id = changes.session_id and every_minute.minute_no = changes.minute_no
)

select
    counted.session_id,
    counted.webinar_id,
    counted.session_mode,
    cast(counted.minute_no as integer) as minute_no,
    cast(counted.present as bigint) as present,
    coalesce(came.entered, 0) as entered,
    cast(coalesce(happened.visits_ended, 0) as bigint) as visits_ended,
    coalesce(gone.dropped, 0) as dropped,
    cast(coalesce(happened.chat_lines, 0) as bigint) as chat_lines,
    cast(coalesce(happened.questions, 0) as bigint) as questions,
    cast(coalesce(happened.poll_answers, 0) as bigint) as poll_answers,
    coalesce(happened.offer_shown, 0) as offer_shown,
    coalesce(happened.offer_clicked, 0) as offer_clicked,
    coalesce(happened.form_submitted, 0) as form_submitted,
    cast(counted.replaying as bigint) as replaying
from counted
left join came on counted.session_id = came.session_id and counted.minute_no = came.minute_no
left join gone on counted.session_id = gone.session_id and counted.minute_no = gone.minute_no
left join happened on counted.session_id = happened.session_id and counted.minute_no = happened.minute_no
order by counted.session_id, counted.minute_no
