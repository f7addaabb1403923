-- Leads that have a place in one of the sessions, or came without one.
select distinct lead_id
from events
where
    list_contains($session_ids, session_id)
    and lead_id is not null
    and name in ('client_webinar_registered', 'client_webinar_entered')
