-- noqa: disable=all
-- Made-up people of the made-up log: a name and a phone for every lead, a Telegram name for three quarters of them.
-- Numbers that nobody has. Parameter: leads.
with leads as (
    select
        i,
        'lead-' || i as subject_id,
        hash(i, 1) % 100 as luck
    from range($leads) as numbers (i)
)

insert into people
select subject_id, kind, '' as ref, value, timestamptz '2026-03-01 12:00:00+00' as given_at, i as seq
from (
    select i, subject_id, 'name' as kind, 'Синтетика ' || i as value from leads where luck < 90
    union all
    select i, subject_id, 'phone', '+7000' || lpad(cast(i as varchar), 7, '0') from leads where luck < 90
    union all
    select i, subject_id, 'telegram_name', 'synthetic_' || i from leads where luck < 75
)
order by i
