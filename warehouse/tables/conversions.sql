-- What leads did that counts as a conversion, each once per lead, and the sources of the touches before it, oldest
-- first. Needs: survivors, touches, funnel_stages. Touches: the visits of the lead's browsers, and forms that carry a
-- utm_source no visit before them had (a form from elsewhere). `touch_path` is a JSON list; empty: nobody knows where
-- they came from.
with forms as (
    select
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        events.seq,
        events.occurred_at,
        lower(trim((events.properties ->> '$.utm.source'))) as touch_source
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where events.name = 'core_ingest_event' and events.lead_id is not null
),

visits as (
    select
        lead_id,
        seq,
        touched_at as occurred_at,
        source as touch_source
    from touches
    where lead_id is not null
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
        forms.lead_id,
        forms.seq,
        forms.occurred_at,
        forms.touch_source
    from forms
    anti join visits
        on
            forms.lead_id = visits.lead_id
            and forms.touch_source = visits.touch_source
            and forms.occurred_at >= visits.occurred_at
    where forms.touch_source != ''
),

-- A path is sorted and written once a lead: most conversions come after every touch, and share it.
paths as (
    select
        lead_id,
        count(*) as n,
        max(occurred_at) as last_at,
        list_sort(list({ 'at': occurred_at, 'seq': seq, 'source': touch_source })) as steps
    from steps
    group by lead_id
),

written as (
    select
        lead_id,
        n,
        last_at,
        steps,
        cast(to_json(list_transform(steps, lambda step: step['source'])) as varchar) as whole_path
    from paths
),

converted as (
    unpivot (
        select
            lead_id,
            lead_at as lead,
            first_registered_at as registered,
            first_attended_at as attended,
            first_submitted_at as submitted
        from funnel_stages
        where lead_id is not null
    ) on lead, registered, attended, submitted
    into name conversion value converted_at
),

walked as (
    select
        converted.lead_id,
        converted.conversion,
        converted.converted_at,
        coalesce(converted.converted_at >= written.last_at, true) as is_whole,
        written.n,
        written.whole_path,
        case
            when converted.converted_at < written.last_at
                then list_filter(written.steps, lambda step: step['at'] <= converted.converted_at)  -- noqa: RF02
        end as steps
    from converted
    left join written on converted.lead_id = written.lead_id
)

select
    lead_id,
    conversion,
    converted_at,
    case when is_whole then coalesce(n, 0) else len(steps) end as touches,
    case
        when is_whole then coalesce(whole_path, '[]')
        else cast(to_json(list_transform(steps, lambda step: step['source'])) as varchar)
    end as touch_path
from walked
