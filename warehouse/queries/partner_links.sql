-- A partner's links, oldest first, each with its visits and with the partner's leads that ever came by it.
-- A ref stands in touches as it was in the address: the code, a dot, its signature.
-- Parameter: partner. Needs: leads, touches. Each kind of fact is a scan of its own, so that no other's properties are
-- unpacked.
with stated as (
    select * from events
    where name = 'partner_joined'
    union all
    select * from events
    where name = 'partner_link_created'
),

links as (
    select
        (properties ->> '$.code') as code,
        (properties ->> '$.utm.source') as utm_source,
        (properties ->> '$.utm.medium') as utm_medium,
        (properties ->> '$.utm.campaign') as utm_campaign,
        (properties ->> '$.utm.content') as utm_content,
        webinar_id,
        occurred_at as created_at
    from stated
    where (properties ->> '$.partner_id') = $partner
),

own as (
    select lead_id
    from leads
    where partner_id = $partner
),

visits as (
    select
        split_part(lower(touches.ref_code), '.', 1) as code,
        count(*) as touches,
        count(distinct own.lead_id) as leads
    from touches
    left join own on touches.lead_id = own.lead_id
    where touches.partner_id = $partner
    group by split_part(lower(touches.ref_code), '.', 1)
)

select
    links.code,
    links.webinar_id,
    links.utm_source,
    links.utm_medium,
    links.utm_campaign,
    links.utm_content,
    links.created_at,
    coalesce(visits.touches, 0) as touches,
    coalesce(visits.leads, 0) as leads
from links
left join visits on lower(links.code) = visits.code
order by links.created_at, links.code
