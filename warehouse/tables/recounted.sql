-- Rows that two versions of a table do not share: `side` says which one has them. `the_columns`, `the_one`, `the_other`
-- stand for theirs.
select
    'published' as side,
    lone.*
from (
    select the_columns from the_one
    except all
    select the_columns from the_other
) as lone
union all by name
select
    'recomputed' as side,
    lone.*
from (
    select the_columns from the_other
    except all
    select the_columns from the_one
) as lone
