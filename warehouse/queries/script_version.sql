-- One version of a webinar's script; the newest without a number.
select properties
from events
where
    name = 'webinar_script_saved'
    and webinar_id = $webinar_id
    and ($revision is null or cast(properties ->> '$.revision' as integer) = $revision)
order by cast(properties ->> '$.revision' as integer) desc
limit 1
