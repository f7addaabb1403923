-- What is published in `marts`: up to which fact, by which definition, how many rows, since when.
select
    name,
    seq,
    shape,
    rows,
    published_at
from published_tables
order by name
