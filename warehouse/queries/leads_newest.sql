-- A page of the leads that match, newest first, with the total of all. Parameters: limit, offset. Needs: leads_chosen.
with page as (
    select *
    from leads_chosen
    order by created_at desc, lead_id asc
    limit $limit offset $offset
)

select
    page.*,
    (select count(everybody.lead_id) from leads_chosen as everybody) as total
from page
