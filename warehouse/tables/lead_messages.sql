-- Messages to each candidate, counted by what became of them; `lead_metrics` joins it. Needs: survivors, messages.
select
    coalesce(survivors.survivor_id, messages.lead_id) as lead_id,
    count(messages.planned_at) as messages_planned,
    count(messages.sent_at) as messages_sent,
    count(*) filter (where messages.state = 'skipped') as messages_skipped
from messages
left join survivors on messages.lead_id = survivors.lead_id
where messages.recipient = 'candidate'
group by coalesce(survivors.survivor_id, messages.lead_id)
