-- Leads of a partner created since a moment ('' ever). Needs: survivors, lead_partners.
select count(*) as leads
from lead_partners
where
    partner_id = $partner
    and ($since = '' or created_at >= try_cast($since as timestamptz))
