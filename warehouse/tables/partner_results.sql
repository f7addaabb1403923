-- What each partner brought: visits by their links, leads of theirs, how far those came, in any order of stages.
-- Contested: leads of theirs that followed another partner's link as well (the first valid link wins).
-- Needs: touches, leads, funnel_stages.
with announced as (
    select properties ->> '$.partner_id' as partner_id
    from events
    where name = 'partner_joined'
    group by properties ->> '$.partner_id'
),

visits as (
    select
        partner_id,
        count(*) as touches,
        count(distinct visitor_id) as visitors
    from touches
    where partner_id is not null
    group by partner_id
),

contested as (
    select
        leads.partner_id,
        count(distinct leads.lead_id) as contested
    from leads
    inner join touches on leads.lead_id = touches.lead_id
    where touches.partner_id != leads.partner_id
    group by leads.partner_id
),

brought as (
    select
        partner_id,
        count(*) as leads,
        count(first_linked_at) as linked,
        count(first_registered_at) as registered,
        count(first_entered_at) as entered,
        count(first_attended_at) as attended,
        count(first_completed_at) as completed,
        count(first_clicked_at) as clicked,
        count(first_submitted_at) as submitted,
        max(lead_at) as newest_lead_at
    from funnel_stages
    where partner_id is not null and lead_id is not null
    group by partner_id
),

partners as (
    select partner_id from announced
    union
    select partner_id from visits
    union
    select partner_id from brought
)

select
    partners.partner_id,
    coalesce(visits.touches, 0) as touches,
    coalesce(visits.visitors, 0) as visitors,
    coalesce(brought.leads, 0) as leads,
    coalesce(brought.linked, 0) as linked,
    coalesce(brought.registered, 0) as registered,
    coalesce(brought.entered, 0) as entered,
    coalesce(brought.attended, 0) as attended,
    coalesce(brought.completed, 0) as completed,
    coalesce(brought.clicked, 0) as clicked,
    coalesce(brought.submitted, 0) as submitted,
    coalesce(contested.contested, 0) as contested,
    brought.newest_lead_at
from partners
left join visits on partners.partner_id = visits.partner_id
left join brought on partners.partner_id = brought.partner_id
left join contested on partners.partner_id = contested.partner_id
order by leads desc, partners.partner_id asc
