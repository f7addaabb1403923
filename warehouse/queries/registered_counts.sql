-- How many leads have a place in each session.
select
    session_id,
    count(*) as registered
from events
where name = 'client_webinar_registered' and session_id is not null and seq <= $to_seq
group by session_id
