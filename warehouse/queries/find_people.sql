with candidates as (
    select
        subject_id,
        ref,
        value,
        given_at,
        seq
    from people
    where
        kind = $kind
        and subject_id in (select subject_id from people where kind = $kind and value = $value)
    qualify row_number() over (partition by subject_id, ref order by given_at desc, seq desc) = 1
)

select subject_id
from candidates
where value = $value
group by subject_id
order by min(seq)
