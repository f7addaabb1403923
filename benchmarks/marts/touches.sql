-- The numbers of `pipelines/assets/touches.py` in plain SQL: sources by `touch_sources` instead of the domain.
with raw as (
with survivors as (


with recursive merged as (
    select
        lead_id,
        arg_max((properties ->> '$.into_lead_id'), (occurred_at, seq)) as into_lead_id
    from events
    where name in ('lead_merged', 'lead_unmerged')
    group by lead_id
    having arg_max(name, (occurred_at, seq)) = 'lead_merged'
),

merge_path as (
    select
        lead_id,
        into_lead_id,
        1 as steps
    from merged
    union all
    select
        merge_path.lead_id,
        merged.into_lead_id,
        merge_path.steps + 1 as steps
    from merge_path
    inner join merged on merge_path.into_lead_id = merged.lead_id
    where merge_path.steps < 10
)

select
    lead_id,
    arg_max(into_lead_id, steps) as survivor_id
from merge_path
group by lead_id
)
select * from (

with visitors as (
    select
        visitor_id,
        arg_min(lead_id, seq) as lead_id
    from events
    where
        name = 'core_ingest_event'
        and visitor_id is not null
    group by visitor_id
)

select
    cast(events.event_id as varchar) as touch_id,
    events.visitor_id,
    events.occurred_at as touched_at,
    events.webinar_id,
    coalesce(survivors.survivor_id, visitors.lead_id) as lead_id,
    (events.properties ->> '$.landing') as landing,
    (events.properties ->> '$.ref') as ref_code,
    (events.properties ->> '$.partner_id') as partner_id,
    (events.properties ->> '$.utm.source') as utm_source,
    (events.properties ->> '$.utm.medium') as utm_medium,
    (events.properties ->> '$.utm.campaign') as utm_campaign,
    (events.properties ->> '$.utm.content') as utm_content,
    (events.properties ->> '$.utm.term') as utm_term,
    (events.properties ->> '$.referrer_host') as referrer_host
from events
left join visitors on events.visitor_id = visitors.visitor_id
left join survivors on visitors.lead_id = survivors.lead_id
where events.name = 'touch_recorded'
order by events.occurred_at, events.seq
)
)

select
    *,
    coalesce(
        nullif(lower(trim(utm_source)), ''),
        case when coalesce(referrer_host, '') = '' then 'direct' when referrer_host = 'vk.com' then 'social' else 'referral' end
    ) as source,
    row_number() over (partition by coalesce(lead_id, visitor_id) order by touched_at) = 1 as is_first
from raw
