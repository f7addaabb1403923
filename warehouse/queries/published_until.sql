-- Up to which fact each published table tells the log, and under the name '' where the log ends.
select
    name,
    seq
from published_tables
union all
select
    '' as name,  -- noqa: RF04
    coalesce(max(seq), 0) as seq
from events
