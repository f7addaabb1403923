-- Who had a place in which session or came to it, what they did there, and the current verdict. Needs: survivors,
-- known_leads.
-- A merged lead's places count under the lead that goes on; of two verdicts on one session the newest is current.
-- `moment` orders by event time and then by seq. Verdicts are read once; the newest is found by its seq.
-- Of the recording the union of what was watched counts: of overlapping stretches each adds what lies beyond those
-- before it. The last click and the last form tell whether any came after the session's end: it is the recording's.
with verdicts as (
    select
        seq,
        (
            properties ->> [
                '$.status', '$.outcome', '$.policy_version', '$.facts.watched_seconds', '$.facts.session_seconds',
                '$.facts.joined_at_seconds', '$.facts.left_at_seconds', '$.facts.visits', '$.facts.offer_clicked',
                '$.facts.form_submitted', '$.facts.completed', '$.reasons'
            ]
        ) as stated,
        name,
        occurred_at,
        lead_id,
        webinar_id,
        session_id
    from events
    where
        lead_id is not null
        and session_id is not null
        and name = 'client_webinar_attendance_classified'
),

stretches as (
    select
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        events.session_id,
        cast((events.properties ->> '$.from_position_seconds') as decimal(18, 3)) as from_second,
        cast((events.properties ->> '$.to_position_seconds') as decimal(18, 3)) as to_second
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.lead_id is not null
        and events.session_id is not null
        and events.name = 'client_webinar_replay_watched'
),

-- Whole milliseconds add up to the same in whatever order. No window: over no rows DuckDB 1.5.5 has a race in them.
replays as (
    select
        lead_id,
        session_id,
        list_reduce(  -- noqa: PRS
            list_sort(
                list({
                    'since': from_second,
                    'reach': to_second,
                    'seconds': cast(greatest(to_second - from_second, 0) as decimal(18, 3))
                })
            ),
            lambda seen, one: {
                'since': one['since'],
                'reach': greatest(seen['reach'], one['reach']),
                'seconds': cast(
                    seen['seconds'] + greatest(one['reach'] - greatest(one['since'], seen['reach']), 0)
                    as decimal(18, 3)
                )
            }
        ) as watched
    from stretches
    group by lead_id, session_id
),

lead_events as (
    select
        seq,
        name,
        occurred_at,
        lead_id,
        webinar_id,
        session_id,
        cast(null as varchar) as status,
        cast(null as boolean) as is_completed
    from events
    where
        lead_id is not null
        and session_id is not null
        and name like 'client_webinar_%'
        and name != 'client_webinar_attendance_classified'
    union all
    select
        seq,
        name,
        occurred_at,
        lead_id,
        webinar_id,
        session_id,
        stated[1] as status,
        stated[11] = 'true' as is_completed
    from verdicts
),

places as (
    select
        coalesce(survivors.survivor_id, lead_events.lead_id) as lead_id,
        lead_events.session_id,
        arg_min(lead_events.webinar_id, lead_events.seq) as webinar_id,
        min(lead_events.occurred_at) filter (where lead_events.name = 'client_webinar_registered') as registered_at,
        min(lead_events.occurred_at) filter (where lead_events.name = 'client_webinar_entered') as entered_at,
        min(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_offer_clicked'
        ) as offer_clicked_at,
        min(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_form_submitted'
        ) as form_submitted_at,
        max(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_offer_clicked'
        ) as last_clicked_at,
        max(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_form_submitted'
        ) as last_submitted_at,
        min(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_replay_watched'
        ) as replay_watched_at,
        min(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_completed'
        ) as seen_to_the_end_at,
        min(lead_events.occurred_at) filter (where lead_events.status = 'attended') as attended_at,
        min(lead_events.occurred_at) filter (where lead_events.is_completed) as judged_completed_at,
        count(*) filter (
            where lead_events.name in (
                'client_webinar_chat_posted', 'client_webinar_question_asked', 'client_webinar_poll_answered'
            )
        ) as acts,
        arg_max(
            lead_events.seq, epoch_us(lead_events.occurred_at) * cast(1000000000000 as hugeint) + lead_events.seq
        ) filter (where lead_events.name = 'client_webinar_attendance_classified') as newest_verdict,
        count(*) filter (where lead_events.name = 'client_webinar_attendance_classified') as verdicts,
        max(lead_events.occurred_at) filter (
            where lead_events.name = 'client_webinar_attendance_classified'
        ) as classified_at
    from lead_events
    left join survivors on lead_events.lead_id = survivors.lead_id
    group by coalesce(survivors.survivor_id, lead_events.lead_id), lead_events.session_id
)

select
    places.lead_id,
    places.session_id,
    places.webinar_id,
    places.registered_at,
    places.entered_at,
    places.offer_clicked_at,
    places.form_submitted_at,
    verdicts.stated[1] as status,
    verdicts.stated[2] as outcome,
    cast(verdicts.stated[3] as integer) as policy_version,
    cast(verdicts.stated[4] as double) as watched_seconds,
    cast(verdicts.stated[5] as double) as session_seconds,
    cast(verdicts.stated[6] as double) as joined_at_seconds,
    cast(verdicts.stated[7] as double) as left_at_seconds,
    cast(verdicts.stated[8] as integer) as visits,
    places.acts,
    cast(verdicts.stated[9] as boolean) as is_offer_clicked,
    cast(verdicts.stated[10] as boolean) as is_form_submitted,
    cast(verdicts.stated[11] as boolean) as is_completed,
    array_to_string(from_json(verdicts.stated[12], '["varchar"]'), '; ') as reasons,
    places.verdicts,
    places.classified_at,
    places.replay_watched_at,
    case when verdicts.stated[1] = 'attended' then places.attended_at end as attended_at,
    coalesce(
        places.seen_to_the_end_at, case when verdicts.stated[1] = 'attended' then places.judged_completed_at end
    ) as completed_at,
    nullif(cast(replays.watched['seconds'] as double), 0) as replay_seconds,
    places.last_clicked_at,
    places.last_submitted_at
from places
left join verdicts on places.newest_verdict = verdicts.seq
left join replays on places.lead_id = replays.lead_id and places.session_id = replays.session_id
where places.lead_id in (select known_leads.lead_id from known_leads)
