-- One page of messages, newest first, each with what became of it, as its recipient sees it.
-- Parameters: state, lead, person (part of a lead's or partner's name or contact; digits: of the phone), template,
-- scenario, step, reason ('' all), limit, offset. States: waiting (planned, not sent), sending, sent, retrying, failed,
-- uncertain, skipped (also those planned and withheld when their turn came: `is_withheld`); asked for «planned»: all
-- but the skipped ones. Latency: from planned to accepted by the transport.
with found as (
    select distinct subject_id
    from people_current
    where
        (kind in ('name', 'email') and $person != '' and contains(lower(value), $person))
        or (kind = 'phone' and $digits != '' and contains(value, $digits))
),

intents as (
    select
        name,
        seq,
        lead_id,
        webinar_id,
        session_id,
        recorded_at,
        properties,
        (properties ->> '$.message_key') as message_key
    from events
    where name in ('message_planned', 'message_skipped')
),

deliveries as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_max(name, seq) as last_name,
        arg_max(properties, seq) as last_properties,
        arg_max(recorded_at, seq) as last_at,
        max(recorded_at) filter (where name = 'message_sent') as sent_at,
        count(*) filter (where name = 'message_sending') as attempts
    from events
    where name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain', 'message_withheld')
    group by (properties ->> '$.message_key')
),

messages as (
    select
        intents.message_key,
        intents.seq,
        intents.webinar_id,
        intents.session_id,
        intents.recorded_at as planned_at,
        deliveries.sent_at,
        deliveries.last_at,
        coalesce(intents.lead_id, '') as lead_id,
        (intents.properties ->> '$.scenario') as scenario,
        (intents.properties ->> '$.step') as step_name,
        (intents.properties ->> '$.template') as template_name,
        (intents.properties ->> '$.recipient') as recipient,
        (intents.properties ->> '$.partner_id') as partner_id,
        (intents.properties ->> '$.staff_id') as staff_id,
        (intents.properties ->> '$.message_class') as message_class,
        try_cast((intents.properties ->> '$.due_at') as timestamptz) as due_at,
        try_cast((intents.properties ->> '$.valid_until') as timestamptz) as valid_until,
        coalesce(intents.properties ->> '$.reason', deliveries.last_properties ->> '$.reason', '') as reason,
        coalesce(intents.properties ->> '$.saw', deliveries.last_properties ->> '$.saw', '[]') as saw,
        coalesce(deliveries.last_name = 'message_withheld', false) as is_withheld,
        coalesce(deliveries.last_properties ->> '$.transport', '') as transport,
        coalesce(deliveries.last_properties ->> '$.code', '') as code,
        coalesce(deliveries.last_properties ->> '$.detail', '') as detail,
        coalesce(deliveries.attempts, 0) as attempts,
        case
            when intents.name = 'message_skipped' or deliveries.last_name = 'message_withheld' then 'skipped'
            when deliveries.last_name is null then 'waiting'
            when deliveries.last_name = 'message_sending' then 'sending'
            when deliveries.last_name = 'message_sent' then 'sent'
            when deliveries.last_name = 'message_uncertain' then 'uncertain'
            when (deliveries.last_properties ->> '$.retry_at') is not null then 'retrying'
            else 'failed'
        end as state,
        coalesce(
            (deliveries.last_properties ->> '$.latency_seconds')::double,
            epoch(deliveries.sent_at) - epoch(intents.recorded_at)
        ) as latency_seconds
    from intents
    left join deliveries on intents.message_key = deliveries.message_key
),

chosen as (
    select messages.*
    from messages
    where
        ($state = '' or messages.state = $state or ($state = 'planned' and messages.state != 'skipped'))
        and ($lead = '' or messages.lead_id = $lead)
        and ($template = '' or messages.template_name = $template)
        and ($scenario = '' or messages.scenario = $scenario)
        and ($step = '' or messages.step_name = $step)
        and ($reason = '' or messages.reason = $reason)
        and (
            $person = ''
            or messages.lead_id in (select found.subject_id from found)
            or messages.partner_id in (select found.subject_id from found)
            or starts_with(messages.lead_id, $person)
        )
)

select
    chosen.*,
    coalesce(lead_names.value, '') as lead_name,
    coalesce(partner_names.value, '') as partner_name,
    coalesce(staff_names.value, '') as staff_name,
    coalesce(rendered.value, '') as rendered,
    (select count(everything.message_key) from chosen as everything) as total
from chosen
left join people_current as lead_names
    on chosen.lead_id = lead_names.subject_id and lead_names.kind = 'name'
left join people_current as partner_names
    on chosen.partner_id = partner_names.subject_id and partner_names.kind = 'name'
left join people_current as staff_names
    on chosen.staff_id = staff_names.subject_id and staff_names.kind = 'telegram_name'
left join people_current as rendered
    on chosen.message_key = rendered.ref and rendered.kind = 'message_text'
order by chosen.seq desc
limit $limit offset $offset
