-- Persons who do not have exactly one first touch.
select
    coalesce(lead_id, visitor_id) as person_id,
    count(*) filter (where is_first) as firsts
from touches
group by coalesce(lead_id, visitor_id)
having count(*) filter (where is_first) != 1
