-- Leads that links of several partners led to, one of them this partner's: whose each became. Newest first.
-- Parameters: partner, limit. Needs: leads, touches.
with contested as (
    select
        leads.lead_id,
        leads.created_at,
        leads.partner_id,
        leads.frozen_partner_id
    from leads
    inner join touches on leads.lead_id = touches.lead_id
    where touches.partner_id is not null
    group by
        leads.lead_id, leads.created_at, leads.partner_id, leads.frozen_partner_id
    having
        bool_or(touches.partner_id = $partner)
        and (count(distinct touches.partner_id) > 1 or coalesce(leads.partner_id, '') != $partner)
)

select
    lead_id,
    created_at,
    coalesce(partner_id, '') = $partner as is_own,
    coalesce(partner_id, '') != coalesce(frozen_partner_id, '') as is_overruled,
    (select count(everybody.lead_id) from contested as everybody) as total
from contested
order by created_at desc, lead_id asc
limit $limit
