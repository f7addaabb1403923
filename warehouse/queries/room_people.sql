-- Everybody who registered for a session or was in its room: their name, and whether the log knows a past of theirs.
select
    happened.lead_id,
    coalesce(any_value(named.value), '') as first_and_last_name,
    bool_or(happened.name <> 'client_webinar_registered') as has_past
from events as happened
left join people_current as named
    on happened.lead_id = named.subject_id and named.kind = 'name'
where
    happened.session_id = $session_id
    and happened.lead_id is not null
    and happened.name like 'client_webinar_%'
group by happened.lead_id
