-- Rows without their key.
select *
from the_table
where the_key is null
