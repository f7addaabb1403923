-- Registry entries whose time is over: links and logins. A used one is kept a year longer: a page that is shown again
-- must find that it was used. Parameter: now.
with ends as (
    select
        collection,
        key,
        cast((body ->> '$.expires_at') as timestamptz) as expires_at,
        (body ->> '$.used_at') is not null as is_used
    from registry
)

select
    collection,
    key
from ends
where expires_at + case when is_used then interval 1 year else interval 0 days end <= $now
order by collection asc, key asc
