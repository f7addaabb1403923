-- noqa: disable=all
-- A made-up log, the same every time: twenty sessions of an hour and about ten facts a person. People from number
-- `leads` on belong to one more day. Parameters: leads, first, last (of the people to make), seq (the last one). No personal data: ids are numbers.
with days as (
    select
        i,
        case when i < $leads then i % 20 else 20 end as day
    from range($first, $last) as numbers (i)
),

leads as (
    select
        i,
        'lead-' || i as lead_id,
        'visitor-' || i as visitor_id,
        'session-' || day as session_id,
        hash(i, 1) % 100 as luck,
        hash(i, 2) % 3600 as arrives,
        timestamptz '2026-03-01 12:00:00+00' + interval (day) day as starts_at,
        ['yandex', 'vk', 'telegram', 'mail', 'google', ''][1 + cast(hash(i, 3) % 6 as integer)] as utm,
        ['yandex', 'vk', 'telegram', 'mail', 'google', ''][1 + cast(hash(i, 4) % 6 as integer)] as later_utm,
        case when hash(i, 5) % 3 = 0 then 'partner-' || (hash(i, 6) % 200) end as partner_id
    from days
),

facts as (
    select 'touch_recorded' as name, 'web_form' as emitter, starts_at - interval 2 day as happened_at, null as lead_id,
        null as session_id, visitor_id,
        json_object('visitor_id', visitor_id, 'landing', '/w/bench', 'partner_id', partner_id,
            'utm', json_object('source', utm), 'referrer_host', 'vk.com') as properties, i from leads
    union all
    select 'touch_recorded', 'web_form', starts_at - interval 25 hour, null, null, visitor_id,
        json_object('visitor_id', visitor_id, 'landing', '/w/bench', 'utm', json_object('source', later_utm)), i
    from leads where luck % 2 = 0
    union all
    select 'core_ingest_event', 'web_form', starts_at - interval 24 hour, lead_id, null, visitor_id,
        json_object('submission_id', 'form-' || i, 'visitor_id', visitor_id, 'language', 'ru', 'consents', []), i
    from leads where luck < 90
    union all
    select 'core_lead_created', 'core', starts_at - interval 24 hour, lead_id, null, null,
        json_object('lead_source', case when utm = '' then 'social' else utm end, 'lead_created_via', 'core_ingest',
            'first_touch_at', strftime(starts_at - interval 2 day, '%Y-%m-%dT%H:%M:%SZ'),
            'lead_created_at', strftime(starts_at - interval 24 hour, '%Y-%m-%dT%H:%M:%SZ'),
            'entry', 'web_form', 'partner_id', partner_id, 'ingest_event_id', 'form-' || i), i
    from leads where luck < 90
    union all
    select 'telegram_linked', 'notifier', starts_at - interval 23 hour, lead_id, null, null,
        json_object('update_id', i), i from leads where luck < 75
    union all
    select 'client_webinar_registered', 'web_form', starts_at - interval 24 hour, lead_id, session_id, null,
        json_object(), i from leads where luck < 80
    union all
    select 'client_webinar_entered', 'client-webinar-tracker-v2', starts_at + interval (arrives // 4) second, lead_id,
        session_id, null, json_object('visit_no', 1), i from leads where luck < 50
    union all
    select 'client_webinar_watched', 'client-webinar-tracker-v2',
        starts_at + interval (arrives // 4 + part * 600 + 590) second, lead_id, session_id, null,
        json_object('connection', 'phone',
            'from_at', strftime(starts_at + interval (arrives // 4 + part * 600) second, '%Y-%m-%dT%H:%M:%SZ'),
            'to_at', strftime(starts_at + interval (arrives // 4 + part * 600 + 590) second, '%Y-%m-%dT%H:%M:%SZ'),
            'from_position_seconds', arrives // 4 + part * 600,
            'to_position_seconds', arrives // 4 + part * 600 + 590), i
    from leads cross join range(5) as parts (part) where luck < 50 and part < 1 + hash(i, 7) % 5
    union all
    select 'client_webinar_chat_posted', 'client-webinar-tracker-v2', starts_at + interval (900 + arrives // 2) second,
        lead_id, session_id, null, json_object('action_id', 'line-' || i), i from leads where luck < 15
    union all
    select 'client_webinar_offer_shown', 'client-webinar-tracker-v2', starts_at + interval 1800 second, lead_id,
        session_id, null, json_object('action_id', 'shown-' || i, 'offer_id', 'course'), i from leads where luck < 35
    union all
    select 'client_webinar_offer_clicked', 'client-webinar-tracker-v2', starts_at + interval (1810 + arrives // 9) second,
        lead_id, session_id, null, json_object('action_id', 'click-' || i, 'offer_id', 'course'), i
    from leads where luck < 12
    union all
    select 'client_webinar_form_submitted', 'client-webinar-tracker-v2',
        starts_at + interval (1860 + arrives // 9) second, lead_id, session_id, null,
        json_object('visit_no', 1, 'offer_id', 'course'), i from leads where luck < 6
    union all
    select 'client_webinar_replay_watched', 'client-webinar-tracker-v2', starts_at + interval 20 hour, lead_id,
        session_id, null, json_object('connection', 'tv', 'from_at', '2026-03-02T08:00:00Z', 'to_at',
            '2026-03-02T08:10:00Z', 'from_position_seconds', 0, 'to_position_seconds', 600 + arrives // 4), i
    from leads where luck between 60 and 66
    union all
    select 'client_webinar_attendance_classified', 'client-webinar-attendance-service', starts_at + interval 70 minute, lead_id,
        session_id, null,
        json_object('status', case when luck < 40 then 'attended' else 'not_attended' end,
            'outcome', case when luck < 6 then 'form_submitted' when luck < 12 then 'offer_clicked'
                when luck < 20 then 'completed' when luck < 40 then 'left_after_offer'
                when luck < 50 then 'left_before_offer' when luck between 60 and 66 then 'watched_replay'
                else 'missed' end,
            'reasons', ['session_over'], 'policy_version', 1, 'facts_digest', 'd' || i,
            'facts', json_object('session_seconds', 3600, 'watched_seconds',
                case when luck < 50 then 590 * (1 + hash(i, 7) % 5) else 0 end,
                'joined_at_seconds', case when luck < 50 then arrives // 4 end, 'visits', 1, 'completed', luck < 20,
                'offer_clicked', luck < 12, 'form_submitted', luck < 6)), i
    from leads where luck < 80
    union all
    select stated, case stated when 'message_sent' then 'notifier' else 'scenario-service' end,
        starts_at - interval 23 hour, lead_id, null, null,
        json_object('message_key', 'm-' || i, 'scenario', 'welcome', 'scenario_version', 1, 'step', 'welcome',
            'recipient', 'candidate', 'template', 'welcome', 'message_class', 'transactional', 'attempt', 1,
            'transport', 'dry_run', 'latency_seconds', 0.2 + arrives / 7200.0), i
    from leads cross join (values ('message_planned'), ('message_sent')) as messages (stated) where luck < 75
    union all
    select 'webinar_configured', 'studio', timestamptz '2026-02-01 00:00:00+00', null, null, null,
        json_object('action_id', 'c', 'slug', 'bench', 'title', json_object('ru', 'Синтетика', 'en', 'Synthetic'),
            'duration_seconds', 3600, 'media_url', 'sample.mp4'), 0
    where $first = 0
    union all
    select 'webinar_scheduled', 'studio', timestamptz '2026-02-01 00:00:00+00', null, session_id, null,
        json_object('action_id', session_id, 'starts_at', strftime(starts_at, '%Y-%m-%dT%H:%M:%SZ'),
            'duration_seconds', 3600, 'mode', 'auto'), i from leads where i < 20 or i = $leads
)

insert into events
select
    $seq + row_number() over (order by happened_at, i, name, cast(properties as varchar)) as seq,
    cast(md5(concat_ws('|', name, lead_id, visitor_id, session_id, cast(happened_at as varchar), cast(properties as varchar))) as uuid),
    name, 1, emitter, happened_at, happened_at, lead_id,
    case when name like '%webinar%' then 'bench' end, session_id, null, visitor_id, properties, encode('generated')
from facts
