-- Whose contacts these are, oldest owner first. Once given, a contact keeps naming its first owner.
select
    kind,
    value,
    subject_id
from people
where
    kind in ('phone', 'email')
    and list_contains($values, value)
group by kind, value, subject_id
order by min(seq)
