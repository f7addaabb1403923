-- What people did within a day after a message of either wording. Only messages sent since $since and written in
-- $language (an old message does not say: the language of the form counts). `matured` are those whose day is over at
-- $now, and only they can have a result.
with sent as (
    select
        lead_id,
        (properties ->> '$.message_key') as message_key,
        min(occurred_at) as sent_at
    from events
    where name = 'message_sent' and occurred_at >= $since
    group by lead_id, (properties ->> '$.message_key')
),

worded as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(properties ->> '$.variant', seq) as wording,
        arg_max(properties ->> '$.language', seq) as written_in
    from events
    where name = 'message_sending' and occurred_at >= $since
    group by (properties ->> '$.message_key')
),

planned as (
    select (properties ->> '$.message_key') as message_key
    from events
    where
        name = 'message_planned'
        and (properties ->> '$.template') = $template
        and (properties ->> '$.recipient') = 'candidate'
),

readers as (
    select
        lead_id,
        arg_max(properties ->> '$.language', occurred_at) as spoken
    from events
    where name = 'core_ingest_event' and coalesce(properties ->> '$.is_proven', 'true') = 'true'
    group by lead_id
),

messages as (
    select
        worded.wording,
        sent.lead_id,
        sent.message_key,
        sent.sent_at,
        sent.sent_at <= $now - interval 24 hours as is_matured
    from sent
    inner join worded on sent.message_key = worded.message_key
    inner join planned on sent.message_key = planned.message_key
    inner join readers on sent.lead_id = readers.lead_id
    where coalesce(worded.written_in, readers.spoken) = $language and worded.wording in ('a', 'b')
),

results as (
    select
        messages.wording,
        messages.message_key,
        messages.is_matured,
        coalesce(bool_or(acts.name = 'client_webinar_entered'), false) as has_entered,
        coalesce(bool_or(acts.name = 'client_webinar_offer_clicked'), false) as has_clicked,
        coalesce(bool_or(acts.name = 'client_webinar_registered'), false) as has_registered
    from messages
    left join events as acts
        on
            messages.lead_id = acts.lead_id
            and acts.name in (
                'client_webinar_entered', 'client_webinar_offer_clicked', 'client_webinar_registered'
            )
            and messages.sent_at < acts.occurred_at
            and acts.occurred_at <= messages.sent_at + interval 24 hours
    group by messages.wording, messages.message_key, messages.is_matured
)

select
    wording,
    count(*) as sent,
    count(*) filter (where is_matured) as matured,
    count(*) filter (where is_matured and has_entered) as entered,
    count(*) filter (where is_matured and has_clicked) as clicked,
    count(*) filter (where is_matured and has_registered) as registered
from results
group by wording
order by wording
