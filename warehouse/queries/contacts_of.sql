-- Current phone and e-mail of many people. Parameter: leads.
select
    subject_id,
    max(value) filter (where kind = 'phone') as phone,
    max(value) filter (where kind = 'email') as email
from people_current
where kind in ('phone', 'email') and subject_id in (select unnest($leads))
group by subject_id
