with current_tags as (
    select
        lead_id,
        (properties ->> '$.tag') as tag
    from events
    where name = 'lead_tagged'
    group by lead_id, (properties ->> '$.tag')
    having arg_max((properties ->> '$.is_on'), (occurred_at, seq)) = 'true'
)

select tag
from current_tags
group by tag
order by tag
