-- What the studio's list says of each lead that goes on, but for names and contacts: those are not in derived tables.
-- A merged lead is one row with the lead that goes on, and everything of both is counted. Who was forgotten is in no
-- list: nothing can be done to them any more; what they did stays in every number. Needs: survivors, leads, attendance.
-- `moment` orders by event time and then by seq.
with seen as (
    select
        lead_id,
        max(occurred_at) as last_seen_at
    from events
    where
        lead_id is not null
        and (
            emitter in ('web_form', 'telegram_bot', 'collect_api', 'client-webinar-tracker-v2')
            or name = 'telegram_linked'
        )
    group by lead_id
),

last_seen as (
    select
        coalesce(survivors.survivor_id, seen.lead_id) as lead_id,
        max(seen.last_seen_at) as last_seen_at
    from seen
    left join survivors on seen.lead_id = survivors.lead_id
    group by coalesce(survivors.survivor_id, seen.lead_id)
),

tagged as (
    select
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        (events.properties ->> '$.tag') as tag,
        arg_max(
            (events.properties ->> '$.is_on'),
            epoch_us(events.occurred_at) * cast(1000000000000 as hugeint) + events.seq
        ) as is_on
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where events.name = 'lead_tagged' and events.lead_id is not null
    group by coalesce(survivors.survivor_id, events.lead_id), (events.properties ->> '$.tag')
),

tags as (
    select
        lead_id,
        list(tag order by tag) as tags
    from tagged
    where is_on = 'true'
    group by lead_id
),

-- Of places with the same moment the one of the later session counts, so that the answer is always the same.
places as (
    select
        lead_id,
        count(registered_at) as registrations,
        arg_max(webinar_id, (registered_at, session_id)) filter (where registered_at is not null) as webinar_id,
        list(distinct webinar_id order by webinar_id) filter (where registered_at is not null) as webinar_ids,
        arg_max(status, (classified_at, session_id)) filter (where status is not null) as verdict,
        arg_max(outcome, (classified_at, session_id)) filter (where status is not null) as outcome
    from attendance
    group by lead_id
)

select
    leads.lead_id,
    leads.created_at,
    leads.lead_source,
    leads.partner_id,
    last_seen.last_seen_at,
    coalesce(places.registrations, 0) as registrations,
    places.webinar_id,
    coalesce(places.webinar_ids, []) as webinar_ids,
    places.verdict,
    places.outcome,
    leads.telegram,
    coalesce(leads.crm_stage, 'new') as lead_stage,
    coalesce(leads.owned_by, '') as lead_owner,
    coalesce(tags.tags, []) as tags
from leads
left join last_seen on leads.lead_id = last_seen.lead_id
left join places on leads.lead_id = places.lead_id
left join tags on leads.lead_id = tags.lead_id
where not leads.is_erased
