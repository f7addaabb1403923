-- The funnel's leads and the rows of `leads`, where they are not as many.
select *
from (
    select
        (select count(funnel_stages.lead_id) from funnel_stages) as in_funnel,
        (select count(*) from leads) as in_leads
) as totals
where in_funnel != in_leads
