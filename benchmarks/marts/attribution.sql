-- noqa: disable=all
-- The credits of `domain/attribution.py` in plain SQL: what the asset is measured against. Shares are whole hundredths;
-- what is left over goes one by one to the touches with the largest fractions, the earliest first.
with paths as (
    select
        conversion,
        cast(cast(touch_path as json) as varchar[]) as steps,
        count(*) as leads
    from marts.conversions
    group by conversion, touch_path
),

walked as (
    select
        conversion,
        leads,
        len(steps) as n,
        steps[i] as source,
        i,
        coalesce(list_max([x for x in range(1, len(steps) + 1) if steps[x] != 'direct']), len(steps)) as last_known
    from paths
    cross join unnest(range(1, len(steps) + 1)) as numbers (i)
),

shared as (
    select conversion, 'first' as model, source, leads * 100 * (i = 1)::integer as credits from walked
    union all
    select conversion, 'last' as model, source, leads * 100 * (i = n)::integer as credits from walked
    union all
    select conversion, 'last_non_direct' as model, source, leads * 100 * (i = last_known)::integer as credits from walked
    union all
    select conversion, 'linear' as model, source, leads * (100 // n + (i <= 100 % n)::integer) as credits from walked
    union all
    select
        conversion,
        'position' as model,
        source,
        leads * case
            when n = 1 then 100
            when n = 2 then 50
            when i in (1, n) then 40
            else 20 // (n - 2) + (i - 1 <= 20 % (n - 2))::integer
        end as credits
    from walked
    union all
    select
        paths.conversion,
        models.model,
        'unattributed' as source,
        sum(case when len(paths.steps) = 0 then paths.leads * 100 else 0 end) as credits
    from paths
    cross join (values ('first'), ('last'), ('last_non_direct'), ('linear'), ('position')) as models (model)
    group by paths.conversion, models.model
)

select
    conversion,
    model,
    source,
    cast(sum(credits) as bigint) as credits
from shared
group by conversion, model, source
having sum(credits) > 0 or source = 'unattributed'
