-- Who is in the room of each session: leads whose newest of entered and left is entered. Parameter: since. What is
-- older is passed over unread.
with latest as (
    select
        session_id,
        lead_id,
        arg_max(name, (occurred_at, seq)) as last_name
    from events
    where
        occurred_at >= cast($since as timestamptz)
        and name in ('client_webinar_entered', 'client_webinar_left')
    group by session_id, lead_id
)

select
    session_id,
    count(*) as leads
from latest
where last_name = 'client_webinar_entered'
group by session_id
