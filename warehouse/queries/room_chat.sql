-- The last chat lines of a session (or the one of an action) with their texts and their authors' names;
-- a forgotten author's lines are gone.
-- The host's own lines lie under the account, which has no lead.
select
    posted.occurred_at,
    coalesce(posted.lead_id, '') as lead_id,
    posted.properties ->> '$.action_id' as action_id,
    posted.properties ->> '$.reply_to' as reply_to,
    posted.properties ->> '$.seat' as seat,
    said.value as line_text,
    coalesce(typed.value, named.value, '') as author_name
from events as posted
inner join people_current as said
    on
        said.subject_id = coalesce(posted.lead_id, posted.properties ->> '$.by')
        and said.kind = 'chat_text'
        and said.ref = (posted.properties ->> '$.action_id')
left join people_current as typed
    on
        posted.lead_id = typed.subject_id
        and typed.kind = 'guest_name'
        and typed.ref = (posted.properties ->> '$.action_id')
left join people_current as named
    on posted.lead_id = named.subject_id and named.kind = 'name'
where
    posted.name in ('client_webinar_chat_posted', 'webinar_host_posted')
    and posted.session_id = $session_id
    and ($action_id is null or (posted.properties ->> '$.action_id') = $action_id)
order by posted.seq desc
limit $lines
