-- Rows of leads that are no canonical leads.
select *
from the_table
anti join leads on the_table.lead_id = leads.lead_id
where the_table.lead_id is not null
