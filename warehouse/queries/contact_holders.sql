-- Whose contacts these are now. Parameter: contacts (normalised phones and e-mail addresses).
select
    value as contact,
    subject_id as lead_id
from people_current
where
    kind in ('phone', 'email')
    and list_contains($contacts, value)
order by contact, given_at, lead_id
