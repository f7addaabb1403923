-- Every visit that was recorded, raw, with the lead its visitor turned out to be. Needs: survivors.
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
