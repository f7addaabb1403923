-- Keys that stand there more than once.
select
    the_key,
    count(*) as times
from the_table
group by the_key
having count(*) > 1
