-- The history of a webinar's script: every version, newest first.
select
    occurred_at,
    cast(properties ->> '$.revision' as integer) as revision,
    properties ->> '$.by' as saved_by,
    properties ->> '$.origin' as origin,
    cast(json_array_length(properties, '$.entries') as integer) as entries
from events
where
    name = 'webinar_script_saved'
    and webinar_id = $webinar_id
order by revision desc
