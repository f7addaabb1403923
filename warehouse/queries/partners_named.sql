-- Every partner with a name ("" without one) and when they joined: a relation of other questions.
with joined as (
    select
        (properties ->> '$.partner_id') as partner_id,
        min(occurred_at) as joined_at
    from events
    where name = 'partner_joined'
    group by (properties ->> '$.partner_id')
),

named as (
    select
        people.subject_id,
        people.value
    from people
    where people.kind = 'name' and people.subject_id in (select joined.partner_id from joined)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

select
    joined.partner_id,
    joined.joined_at,
    coalesce(named.value, '') as partner_name
from joined
left join named on joined.partner_id = named.subject_id
