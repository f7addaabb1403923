-- The newest leads of one stage. Parameters: stages (`the_number`: which of them, from 1), limit. Needs: leads_chosen.
select *
from leads_chosen
where lead_stage = $stages[the_number]
order by created_at desc, lead_id asc
limit $limit
