-- What leads did that counts as a conversion, each once per lead, and the sources of the touches before it, oldest
-- first. Needs: survivors, touch_sources. Touches: the visits of the lead's browsers, and forms that carry a utm_source
-- no visit before them had (a form from elsewhere). `path` is a JSON list; empty: nobody knows where they came from.
with lead_events as (
    select
        events.seq,
        events.name,
        events.occurred_at,
        events.session_id,
        events.visitor_id,
        events.properties,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.lead_id is not null
        and events.name in (
            'core_ingest_event', 'core_lead_created', 'client_webinar_registered',
            'client_webinar_attendance_classified', 'client_webinar_form_submitted'
        )
),

known as (
    select distinct lead_id
    from lead_events
    where name = 'core_lead_created'
),

verdicts as (
    select
        lead_id,
        arg_max((properties ->> '$.status'), (occurred_at, seq)) as status,
        min(occurred_at) filter (where (properties ->> '$.status') = 'attended') as attended_at
    from lead_events
    where name = 'client_webinar_attendance_classified'
    group by lead_id, session_id
),

converted as (
    select
        lead_id,
        case name
            when 'core_lead_created' then 'lead'
            when 'client_webinar_registered' then 'registered'
            else 'submitted'
        end as conversion,  -- noqa: RF04
        min(occurred_at) as converted_at
    from lead_events
    where name in ('core_lead_created', 'client_webinar_registered', 'client_webinar_form_submitted')
    group by lead_id, name
    union all
    select
        lead_id,
        'attended' as conversion,  -- noqa: RF04
        min(attended_at) as converted_at
    from verdicts
    where status = 'attended'
    group by lead_id
),

browsers as (
    select
        visitor_id,
        arg_min(lead_id, seq) as lead_id
    from lead_events
    where name = 'core_ingest_event' and visitor_id is not null
    group by visitor_id
),

visits as (
    select
        browsers.lead_id,
        touch_sources.seq,
        touch_sources.occurred_at,
        touch_sources.touch_source
    from touch_sources
    inner join browsers on touch_sources.visitor_id = browsers.visitor_id
),

marked_forms as (
    select
        lead_id,
        seq,
        occurred_at,
        lower(trim((properties ->> '$.utm.source'))) as touch_source
    from lead_events
    where name = 'core_ingest_event' and trim((properties ->> '$.utm.source')) != ''
),

steps as (
    select
        lead_id,
        seq,
        occurred_at,
        touch_source
    from visits
    union all
    select
        marked_forms.lead_id,
        marked_forms.seq,
        marked_forms.occurred_at,
        marked_forms.touch_source
    from marked_forms
    anti join visits
        on
            marked_forms.lead_id = visits.lead_id
            and marked_forms.touch_source = visits.touch_source
            and marked_forms.occurred_at >= visits.occurred_at
),

paths as (
    select
        converted.lead_id,
        converted.conversion,
        count(*) as touches,
        to_json(list(steps.touch_source order by steps.occurred_at asc, steps.seq asc)) as touch_path
    from converted
    inner join steps on converted.lead_id = steps.lead_id and converted.converted_at >= steps.occurred_at
    group by converted.lead_id, converted.conversion
)

select
    converted.lead_id,
    converted.conversion,
    converted.converted_at,
    coalesce(paths.touches, 0) as touches,
    coalesce(cast(paths.touch_path as varchar), '[]') as touch_path
from converted
inner join known on converted.lead_id = known.lead_id
left join paths on converted.lead_id = paths.lead_id and converted.conversion = paths.conversion
order by converted.converted_at, converted.lead_id, converted.conversion
