-- Every partner by name, for choices; those without a name last. What they brought is queries/studio_partners.sql.
with joined as (
    select (properties ->> '$.partner_id') as partner_id
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
    coalesce(named.value, '') as partner_name
from joined
left join named on joined.partner_id = named.subject_id
order by coalesce(named.value, '') = '', lower(coalesce(named.value, '')), joined.partner_id
