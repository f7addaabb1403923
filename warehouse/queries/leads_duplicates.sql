-- Leads that share a phone, an e-mail or a Telegram chat with these, in whatever version.
with mine as (
    select distinct
        kind,
        value
    from people
    where
        list_contains($leads, subject_id)
        and kind in ('phone', 'email', 'telegram_chat_id')
),

sharing as (
    select distinct people.subject_id as lead_id
    from people
    inner join mine on people.kind = mine.kind and people.value = mine.value
    where not list_contains($leads, people.subject_id)
)

select sharing.lead_id
from sharing
inner join events on sharing.lead_id = events.lead_id and events.name = 'core_lead_created'
order by sharing.lead_id
