-- What was planned for each candidate and what became of it: counts that `lead_metrics` joins. Needs: survivors.
with messages as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_min(lead_id, seq) as lead_id,
        coalesce(bool_or((properties ->> '$.recipient') = 'candidate'), false) as is_to_candidate,
        bool_or(name = 'message_planned') and not bool_or(name = 'message_withheld') as is_planned,
        bool_or(name in ('message_skipped', 'message_withheld')) as is_skipped,
        bool_or(name = 'message_sent') as is_sent
    from events
    where name in ('message_planned', 'message_skipped', 'message_withheld', 'message_sent')
    group by (properties ->> '$.message_key')
)

select
    coalesce(survivors.survivor_id, messages.lead_id) as lead_id,
    count(*) filter (where messages.is_planned) as messages_planned,
    count(*) filter (where messages.is_sent) as messages_sent,
    count(*) filter (where messages.is_skipped) as messages_skipped
from messages
left join survivors on messages.lead_id = survivors.lead_id
where messages.is_to_candidate
group by coalesce(survivors.survivor_id, messages.lead_id)
