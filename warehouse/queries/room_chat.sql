-- The last chat lines of a session with their texts and their authors' names; a forgotten author's lines are gone.
select
    posted.lead_id,
    posted.occurred_at,
    posted.properties ->> '$.action_id' as action_id,
    said.value as line_text,
    coalesce(named.value, '') as author_name
from events as posted
inner join people_current as said
    on posted.lead_id = said.subject_id and said.kind = 'chat_text' and said.ref = (posted.properties ->> '$.action_id')
left join people_current as named
    on posted.lead_id = named.subject_id and named.kind = 'name'
where
    posted.name = 'client_webinar_chat_posted'
    and posted.session_id = $session_id
order by posted.seq desc
limit $lines
