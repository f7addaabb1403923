with holders as (
    select distinct
        subject_id,
        kind
    from people
    where
        kind = $of_kind
        and value = $value
),

current_values as (
    select
        people.subject_id,
        people.value,
        people.seq
    from people
    inner join holders on people.subject_id = holders.subject_id and people.kind = holders.kind
    qualify row_number() over (
        partition by people.subject_id, people.ref
        order by people.given_at desc, people.seq desc
    ) = 1
)

select subject_id
from current_values
where value = $value
group by subject_id
order by min(seq)
