-- Every lead that goes on, as the log knows it: how it came, whose it is, what became of it. Needs: survivors.
-- `moment` orders by event time and then by seq: one number is compared three times as fast as two. How a lead came is
-- read once and found again by the seq of the creation that counts. `word` is what the fact states: a form the language
-- (of somebody who is known to be the lead), an assignment the owner, a move the stage. Kinds of facts whose properties
-- are read are read apart: DuckDB unpacks the properties of every fact it cannot rule out by `name = …`.
with created as (
    select
        seq,
        name,
        occurred_at,
        lead_id,
        (
            properties ->> [
                '$.partner_id', '$.lead_source', '$.lead_created_via', '$.entry', '$.first_touch_at',
                '$.lead_created_at'
            ]
        ) as stated
    from events
    where name = 'core_lead_created' and lead_id is not null
),

lead_events as (
    select
        seq,
        name,
        occurred_at,
        lead_id,
        stated[1] as partner_id,
        cast(stated[5] as timestamptz) as first_touch_at,
        cast(stated[6] as timestamptz) as lead_created_at,
        null as word,
        null as time_zone
    from created
    union all by name
    select
        seq,
        name,
        occurred_at,
        lead_id,
        case when coalesce(stated[3], 'true') = 'true' then stated[1] end as word,
        stated[2] as time_zone
    from (
        select
            seq,
            name,
            occurred_at,
            lead_id,
            (properties ->> ['$.language', '$.time_zone', '$.is_proven']) as stated
        from events
        where name = 'core_ingest_event' and lead_id is not null
    ) as forms
    union all by name
    select
        seq,
        name,
        occurred_at,
        lead_id,
        (properties ->> '$.partner_id') as partner_id,
        (properties ->> '$.owner') as word
    from events
    where name = 'lead_assigned' and lead_id is not null
    union all by name
    select
        seq,
        name,
        occurred_at,
        lead_id,
        (properties ->> '$.stage') as word
    from events
    where name = 'lead_stage_changed' and lead_id is not null
    union all by name
    select
        seq,
        name,
        occurred_at,
        lead_id
    from events
    where
        name in ('lead_merged', 'lead_erased', 'telegram_linked', 'telegram_blocked', 'telegram_unblocked')
        and lead_id is not null
),

of_leads as (
    select
        lead_events.* exclude (lead_id),
        epoch_us(lead_events.occurred_at) * cast(1000000000000 as hugeint) + lead_events.seq as moment,
        coalesce(survivors.survivor_id, lead_events.lead_id) as lead_id,
        survivors.survivor_id is null as is_own
    from lead_events
    left join survivors on lead_events.lead_id = survivors.lead_id
),

known as (
    select
        lead_id,
        arg_min(seq, moment) filter (where name = 'core_lead_created') as created_seq,
        arg_min(partner_id, moment) filter (where name = 'core_lead_created') as frozen_partner_id,
        min(occurred_at) filter (where name = 'core_lead_created') as stated_at,
        min(first_touch_at) as first_touch_at,
        min(lead_created_at) as lead_created_at,
        arg_max(partner_id, moment) filter (where name = 'lead_assigned') as partner_id,
        arg_max(word, moment) filter (where name = 'lead_assigned') as owned_by,
        arg_max(word, moment) filter (where name = 'lead_stage_changed') as crm_stage,
        max(occurred_at) filter (where name = 'lead_stage_changed') as crm_stage_at,
        arg_max(word, moment) filter (where name = 'core_ingest_event') as lead_language,
        arg_max(time_zone, moment) filter (where name = 'core_ingest_event') as time_zone,
        min(occurred_at) filter (where name = 'telegram_linked') as telegram_linked_at,
        arg_max(name, moment) filter (where name like 'telegram_%') as channel_event,
        count(*) filter (where name = 'core_ingest_event') as forms,
        count(*) filter (where name = 'lead_merged') as merged_leads,
        max(occurred_at) filter (where name = 'lead_erased' and is_own) as erased_at
    from of_leads
    group by lead_id
)

select
    known.lead_id,
    created.stated[2] as lead_source,
    created.stated[3] as lead_created_via,
    created.stated[4] as entry,
    known.first_touch_at,
    known.lead_created_at,
    known.stated_at as created_at,
    greatest(known.stated_at, known.first_touch_at) as lead_at,
    nullif(known.owned_by, '') as owned_by,
    known.crm_stage,
    coalesce(known.crm_stage_at, known.lead_created_at) as crm_stage_at,
    known.lead_language,
    known.time_zone,
    known.telegram_linked_at,
    known.forms,
    known.merged_leads,
    known.frozen_partner_id,
    nullif(coalesce(known.partner_id, known.frozen_partner_id), '') as partner_id,
    coalesce(known.channel_event in ('telegram_linked', 'telegram_unblocked'), false) as is_telegram_linked,
    case known.channel_event
        when 'telegram_blocked' then 'blocked'
        when 'telegram_linked' then 'linked'
        when 'telegram_unblocked' then 'linked'
        else 'none'
    end as telegram,
    known.erased_at is not null as is_erased
from known
inner join created on known.created_seq = created.seq
