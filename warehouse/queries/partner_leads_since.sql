-- Leads of a partner created since a moment ('' ever). Needs: leads.
select count(*) as leads
from leads
where
    partner_id = $partner
    and ($since = '' or created_at >= try_cast($since as timestamptz))
