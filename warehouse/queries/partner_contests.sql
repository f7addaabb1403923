-- Leads that links of several partners led to, one of them this partner's: whose each became. Newest first.
-- Looked at are the touches of those whom this partner's links led here, and nobody else's.
-- Parameters: partner, limit. Needs: leads, touches.
with led as (
    select distinct lead_id
    from touches
    where partner_id = $partner and lead_id is not null
),

rivals as (
    select
        lead_id,
        count(distinct partner_id) as partners
    from touches
    where partner_id is not null and lead_id in (select led.lead_id from led)
    group by lead_id
),

contested as materialized (
    select
        leads.lead_id,
        leads.created_at,
        leads.partner_id,
        leads.frozen_partner_id
    from leads
    inner join rivals on leads.lead_id = rivals.lead_id
    where rivals.partners > 1 or coalesce(leads.partner_id, '') != $partner
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
