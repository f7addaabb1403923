-- Leads that links of several partners led to, one of them this partner's: whose each became. Newest first.
-- Parameters: partner, limit. Needs: survivors, lead_partners, touches.
with contested as (
    select
        lead_partners.lead_id,
        lead_partners.created_at,
        lead_partners.partner_id,
        lead_partners.frozen_partner_id
    from lead_partners
    inner join touches on lead_partners.lead_id = touches.lead_id
    where touches.partner_id is not null
    group by
        lead_partners.lead_id, lead_partners.created_at, lead_partners.partner_id, lead_partners.frozen_partner_id
    having
        bool_or(touches.partner_id = $partner)
        and (count(distinct touches.partner_id) > 1 or lead_partners.partner_id is distinct from $partner)
)

select
    lead_id,
    created_at,
    partner_id is not distinct from $partner as is_own,
    partner_id is distinct from frozen_partner_id as is_overruled,
    count(*) over () as total
from contested
order by created_at desc, lead_id asc
limit $limit
