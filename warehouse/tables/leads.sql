-- Every lead that goes on, as the log knows it: how it came, whose it is, what became of it. Needs: survivors.
with lead_events as (
    select
        events.seq,
        events.name,
        events.occurred_at,
        events.properties,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        survivors.survivor_id is null as is_own
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.lead_id is not null
        and events.name in (
            'core_ingest_event', 'core_lead_created', 'lead_merged', 'lead_assigned', 'lead_stage_changed',
            'lead_erased', 'telegram_linked', 'telegram_blocked', 'telegram_unblocked'
        )
),

created as (
    select
        lead_id,
        arg_min((properties ->> '$.lead_source'), (occurred_at, seq)) as lead_source,
        arg_min((properties ->> '$.lead_created_via'), (occurred_at, seq)) as lead_created_via,
        arg_min((properties ->> '$.entry'), (occurred_at, seq)) as entry,
        arg_min((properties ->> '$.partner_id'), (occurred_at, seq)) as partner_id,
        min(cast((properties ->> '$.first_touch_at') as timestamptz)) as first_touch_at,
        min(cast((properties ->> '$.lead_created_at') as timestamptz)) as lead_created_at
    from lead_events
    where name = 'core_lead_created'
    group by lead_id
),

later as (
    select
        lead_id,
        arg_max((properties ->> '$.partner_id'), (occurred_at, seq)) filter (
            where name = 'lead_assigned' and (properties ->> '$.partner_id') is not null
        ) as partner_id,
        arg_max((properties ->> '$.owner'), (occurred_at, seq)) filter (
            where name = 'lead_assigned'
        ) as owned_by,
        arg_max((properties ->> '$.stage'), (occurred_at, seq)) filter (where name = 'lead_stage_changed') as crm_stage,
        arg_max((properties ->> '$.language'), (occurred_at, seq)) filter (
            where name = 'core_ingest_event' and coalesce(properties ->> '$.is_proven', 'true') = 'true'
        ) as lead_language,
        arg_max((properties ->> '$.time_zone'), (occurred_at, seq)) filter (
            where name = 'core_ingest_event' and (properties ->> '$.time_zone') is not null
        ) as time_zone,
        arg_max(name, (occurred_at, seq)) filter (where name like 'telegram_%') as channel_event,
        count(*) filter (where name = 'core_ingest_event') as forms,
        count(*) filter (where name = 'lead_merged') as merged_leads,
        max(occurred_at) filter (where name = 'lead_erased' and is_own) as erased_at
    from lead_events
    group by lead_id
)

select
    created.lead_id,
    created.lead_source,
    created.lead_created_via,
    created.entry,
    created.first_touch_at,
    created.lead_created_at,
    nullif(later.owned_by, '') as owned_by,
    later.crm_stage,
    later.lead_language,
    later.time_zone,
    later.forms,
    later.merged_leads,
    nullif(coalesce(later.partner_id, created.partner_id), '') as partner_id,
    coalesce(later.channel_event in ('telegram_linked', 'telegram_unblocked'), false) as is_telegram_linked,
    later.erased_at is not null as is_erased
from created
inner join later on created.lead_id = later.lead_id
order by created.lead_created_at, created.lead_id
