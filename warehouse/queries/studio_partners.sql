-- What each partner brought: touches through the link, leads, registered, attended; alerts told and not told.
-- A lead belongs to the partner frozen at its creation unless staff re-assigned it; each lead counts once, a merged one
-- under the lead that goes on. Needs: funnel_stages, touches, messages, partners_named.
with counted as (
    select
        partner_id,
        count(*) as leads,
        count(first_registered_at) as registered,
        count(first_attended_at) as attended
    from funnel_stages
    where lead_id is not null and partner_id is not null
    group by partner_id
),

touched as (
    select
        partner_id,
        count(*) as touches
    from touches
    where partner_id is not null
    group by partner_id
),

alerted as (
    select
        partner_id,
        count(accepted_at) as alerts_sent,
        count(*) filter (where state = 'skipped' and newest_attempt_seq is null) as alerts_skipped
    from messages
    where recipient = 'partner'
    group by partner_id
)

select
    partners_named.partner_id,
    partners_named.joined_at,
    partners_named.partner_name,
    coalesce(touched.touches, 0) as touches,
    coalesce(counted.leads, 0) as leads,
    coalesce(counted.registered, 0) as registered,
    coalesce(counted.attended, 0) as attended,
    coalesce(alerted.alerts_sent, 0) as alerts_sent,
    coalesce(alerted.alerts_skipped, 0) as alerts_skipped
from partners_named
left join counted on partners_named.partner_id = counted.partner_id
left join touched on partners_named.partner_id = touched.partner_id
left join alerted on partners_named.partner_id = alerted.partner_id
order by leads desc, partners_named.joined_at asc
