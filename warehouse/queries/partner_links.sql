-- A partner's links, oldest first, with their visits by webinar and the partner's leads that ever came there by each.
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
        touches.webinar_id,
        count(*) as touches,
        count(distinct own.lead_id) as leads
    from touches
    left join own on touches.lead_id = own.lead_id
    where touches.partner_id = $partner
    group by split_part(lower(touches.ref_code), '.', 1), touches.webinar_id
),

by_webinar as (
    select
        code,
        list({ 'webinar_id': webinar_id, 'touches': touches, 'leads': leads } order by webinar_id) as webinars
    from visits
    group by code
)

select
    links.code,
    links.webinar_id,
    links.utm_source,
    links.utm_medium,
    links.utm_campaign,
    links.utm_content,
    links.created_at,
    coalesce(by_webinar.webinars, []) as webinars
from links
left join by_webinar on lower(links.code) = by_webinar.code
order by links.created_at, links.code
