-- Leads whose first touch is later than they were created.
select *
from leads
where first_touch_at > lead_created_at
