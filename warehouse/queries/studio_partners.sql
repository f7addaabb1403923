-- What each partner brought: touches through the link, leads, registered, attended; alerts told and not told.
-- A lead belongs to the partner frozen at its creation unless staff re-assigned it; each lead counts once, a merged one
-- under the lead that goes on. Needs: survivors, lead_partners, attendance.
with reached as (
    select
        lead_id,
        count(registered_at) > 0 as is_registered,
        count(*) filter (where status = 'attended') > 0 as is_attended
    from attendance
    group by lead_id
),

counted as (
    select
        lead_partners.partner_id,
        count(*) as leads,
        count(*) filter (where reached.is_registered) as registered,
        count(*) filter (where reached.is_attended) as attended
    from lead_partners
    left join reached on lead_partners.lead_id = reached.lead_id
    group by lead_partners.partner_id
),

touched as (
    select
        (properties ->> '$.partner_id') as partner_id,
        count(*) as touches
    from events
    where name = 'touch_recorded' and (properties ->> '$.partner_id') is not null
    group by (properties ->> '$.partner_id')
),

planned as (
    select
        name,
        (properties ->> '$.message_key') as message_key,
        (properties ->> '$.partner_id') as partner_id
    from events
    where name in ('message_planned', 'message_skipped') and (properties ->> '$.recipient') = 'partner'
),

sent as (
    select (properties ->> '$.message_key') as message_key
    from events
    where name = 'message_sent'
    group by (properties ->> '$.message_key')
),

alerted as (
    select
        planned.partner_id,
        count(sent.message_key) as alerts_sent,
        count(*) filter (where planned.name = 'message_skipped') as alerts_skipped
    from planned
    left join sent on planned.message_key = sent.message_key
    group by planned.partner_id
)

select
    joined.partner_id,
    joined.joined_at,
    coalesce(named.value, '') as partner_name,
    coalesce(touched.touches, 0) as touches,
    coalesce(counted.leads, 0) as leads,
    coalesce(counted.registered, 0) as registered,
    coalesce(counted.attended, 0) as attended,
    coalesce(alerted.alerts_sent, 0) as alerts_sent,
    coalesce(alerted.alerts_skipped, 0) as alerts_skipped
from (
    select
        (properties ->> '$.partner_id') as partner_id,
        min(occurred_at) as joined_at
    from events
    where name = 'partner_joined'
    group by (properties ->> '$.partner_id')
) as joined
left join counted on joined.partner_id = counted.partner_id
left join touched on joined.partner_id = touched.partner_id
left join alerted on joined.partner_id = alerted.partner_id
left join people_current as named on joined.partner_id = named.subject_id and named.kind = 'name'
order by leads desc, joined.joined_at asc
