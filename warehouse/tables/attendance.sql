-- Who had a place in which session or came to it, what they did there, and the current verdict. Needs: survivors,
-- known_leads.
-- A merged lead's places count under the lead that goes on; of two verdicts on one session the newest is current.
-- `moment` orders by event time and then by seq.
with lead_events as (
    select
        events.seq,
        events.name,
        events.occurred_at,
        epoch_us(events.occurred_at) * cast(1000000000000 as hugeint) + events.seq as moment,
        events.webinar_id,
        events.session_id,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        case
            when events.name = 'client_webinar_attendance_classified'
                then (
                    events.properties ->> [
                        '$.status', '$.outcome', '$.policy_version', '$.facts.watched_seconds',
                        '$.facts.session_seconds', '$.facts.joined_at_seconds', '$.facts.left_at_seconds',
                        '$.facts.visits', '$.facts.offer_clicked', '$.facts.form_submitted', '$.facts.completed',
                        '$.reasons'
                    ]
                )
        end as verdict
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.lead_id is not null
        and events.session_id is not null
        and events.name like 'client_webinar_%'
),

places as (
    select
        lead_id,
        session_id,
        arg_min(webinar_id, seq) as webinar_id,
        min(occurred_at) filter (where name = 'client_webinar_registered') as registered_at,
        min(occurred_at) filter (where name = 'client_webinar_entered') as entered_at,
        min(occurred_at) filter (where name = 'client_webinar_offer_clicked') as offer_clicked_at,
        min(occurred_at) filter (where name = 'client_webinar_form_submitted') as form_submitted_at,
        min(occurred_at) filter (where name = 'client_webinar_replay_watched') as replay_watched_at,
        min(occurred_at) filter (where name = 'client_webinar_completed') as seen_to_the_end_at,
        min(occurred_at) filter (where verdict[1] = 'attended') as attended_at,
        min(occurred_at) filter (where verdict[11] = 'true') as judged_completed_at,
        count(*) filter (
            where name in (
                'client_webinar_chat_posted', 'client_webinar_question_asked', 'client_webinar_poll_answered'
            )
        ) as acts,
        arg_max(verdict, moment) filter (where verdict is not null) as verdict,
        count(verdict) as verdicts,
        max(occurred_at) filter (where verdict is not null) as classified_at
    from lead_events
    group by lead_id, session_id
)

select
    lead_id,
    session_id,
    webinar_id,
    registered_at,
    entered_at,
    offer_clicked_at,
    form_submitted_at,
    verdict[1] as status,
    verdict[2] as outcome,
    cast(verdict[3] as integer) as policy_version,
    cast(verdict[4] as double) as watched_seconds,
    cast(verdict[5] as double) as session_seconds,
    cast(verdict[6] as double) as joined_at_seconds,
    cast(verdict[7] as double) as left_at_seconds,
    cast(verdict[8] as integer) as visits,
    acts,
    cast(verdict[9] as boolean) as is_offer_clicked,
    cast(verdict[10] as boolean) as is_form_submitted,
    cast(verdict[11] as boolean) as is_completed,
    array_to_string(from_json(verdict[12], '["varchar"]'), '; ') as reasons,
    verdicts,
    classified_at,
    replay_watched_at,
    case when verdict[1] = 'attended' then attended_at end as attended_at,
    coalesce(seen_to_the_end_at, case when verdict[1] = 'attended' then judged_completed_at end) as completed_at
from places
where lead_id in (select known_leads.lead_id from known_leads)
