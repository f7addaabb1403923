-- One page of messages, newest first, each with what became of it, as its recipient sees it. Needs: outbox, theirs.
-- Parameters: state, lead, search and digits (see leads_searched.sql: a lead or a partner), template,
-- scenario, step, reason ('' all), limit, offset. States: waiting (planned, not sent), sending, sent, retrying, failed,
-- uncertain, skipped (also those planned and withheld when their turn came: `is_withheld`); asked for «planned»: all
-- but the skipped ones. Latency: from planned to accepted by the transport.
-- What is told of a message only when it is looked at is read from its two facts: the intent, and what came of it.
with chosen as not materialized (
    select
        message_key,
        seq
    from outbox
    where
        ($state = '' or state = $state or ($state = 'planned' and state != 'skipped'))
        and ($lead = '' or lead_id = $lead)
        and ($template = '' or template = $template)
        and ($scenario = '' or scenario = $scenario)
        and ($step = '' or step_name = $step)
        and ($reason = '' or coalesce(reason, '') = $reason)
        and (
            $search = ''
            or starts_with(lead_id, $search)
            or lead_id in (select theirs.subject_id from theirs)
            or partner_id in (select theirs.subject_id from theirs)
        )
),

newest as (
    select *
    from chosen
    order by seq desc
    limit $limit offset $offset
),

shown as materialized (
    select outbox.*
    from outbox
    where outbox.seq in (select newest.seq from newest)
),

facts as materialized (
    select
        seq,
        name,
        webinar_id,
        session_id,
        recorded_at,
        properties
    from events
    where
        seq in (
            select shown.seq from shown
            union all
            select shown.newest_attempt_seq from shown
            where shown.newest_attempt_seq is not null
        )
),

people_named as (
    select
        people.subject_id,
        people.value
    from people
    where
        people.kind = 'name'
        and people.subject_id in (
            select shown.lead_id from shown
            union all
            select shown.partner_id from shown
        )
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
),

-- As a list of few, which DuckDB expects to be few: of the facts it expects millions, and would look at everybody.
staff_shown as (
    select unnest(list(distinct addressed.staff_id)) as staff_id
    from (
        select (facts.properties ->> '$.staff_id') as staff_id
        from facts
    ) as addressed
    where addressed.staff_id is not null
),

staff_named as (
    select
        people.subject_id,
        people.value
    from people
    where
        people.kind = 'telegram_name'
        and people.subject_id in (select staff_shown.staff_id from staff_shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
),

rendered as (
    select
        people.ref,
        people.value
    from people
    where people.kind = 'message_text' and people.ref in (select shown.message_key from shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

select
    shown.message_key,
    shown.seq,
    shown.lead_id,
    intents.webinar_id,
    intents.session_id,
    intents.recorded_at as planned_at,
    shown.accepted_at as sent_at,
    shown.scenario,
    shown.step_name,
    shown.template as template_name,
    shown.recipient,
    shown.partner_id,
    shown.state,
    shown.attempts,
    shown.latency_seconds,
    (intents.properties ->> '$.message_class') as message_class,
    try_cast((intents.properties ->> '$.due_at') as timestamptz) as due_at,
    try_cast((intents.properties ->> '$.valid_until') as timestamptz) as valid_until,
    coalesce(shown.reason, '') as reason,
    coalesce(intents.properties ->> '$.saw', attempts.properties ->> '$.saw', '[]') as saw,
    coalesce(attempts.name = 'message_withheld', false) as is_withheld,
    coalesce(attempts.properties ->> '$.transport', '') as transport,
    coalesce(attempts.properties ->> '$.code', '') as code,
    coalesce(attempts.properties ->> '$.detail', '') as detail,
    coalesce(lead_names.value, '') as lead_name,
    coalesce(partner_names.value, '') as partner_name,
    coalesce(staff_named.value, '') as staff_name,
    coalesce(rendered.value, '') as rendered,
    (select count(everything.message_key) from chosen as everything) as total
from shown
inner join facts as intents on shown.seq = intents.seq
left join facts as attempts on shown.newest_attempt_seq = attempts.seq
left join people_named as lead_names on shown.lead_id = lead_names.subject_id
left join people_named as partner_names on shown.partner_id = partner_names.subject_id
left join staff_named on (intents.properties ->> '$.staff_id') = staff_named.subject_id
left join rendered on shown.message_key = rendered.ref
order by shown.seq desc
