select
    subject_id,
    kind,
    ref,
    value,
    given_at
from people
where
    list_contains($subjects, subject_id)
    and ($kinds is null or list_contains($kinds, kind))
qualify row_number() over (partition by subject_id, kind, ref order by given_at desc, seq desc) = 1
order by subject_id, kind, given_at, seq
