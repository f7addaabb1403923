-- A retried append states the same personal data again: add only what is not current already.
insert into people by name
select
    incoming.subject_id,
    incoming.kind,
    incoming.ref,
    incoming.value,
    incoming.given_at,
    incoming.seq
from incoming
where not exists (
    select 1 from people_current as known
    where
        known.subject_id = incoming.subject_id
        and known.kind = incoming.kind
        and known.ref = incoming.ref
        and known.value = incoming.value
)
