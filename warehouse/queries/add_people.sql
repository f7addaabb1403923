insert into people by name
select
    subject_id,
    kind,
    ref,
    value,
    given_at,
    seq
from incoming
