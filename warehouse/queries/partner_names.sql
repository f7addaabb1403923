-- Every partner by name, for choices; those without a name last. What they brought is queries/studio_partners.sql.
-- Needs: partners_named.
select
    partner_id,
    partner_name
from partners_named
order by partner_name = '', lower(partner_name), partner_id
