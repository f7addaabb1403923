-- Every visit that was recorded, raw, with its source and the lead its visitor turned out to be. Needs: survivors,
-- known_leads. Source: `utm_source`, else the referrer's class, else `direct`. The same classes as
-- `domain.attribution.referrer_class`; a test holds the two together. `moment` orders by event time and then by seq.
with visitors as (
    select
        visitor_id,
        arg_min(lead_id, seq) as lead_id
    from events
    where
        name = 'core_ingest_event'
        and visitor_id is not null
    group by visitor_id
),

owners as (
    select
        visitors.visitor_id,
        known_leads.lead_id
    from visitors
    left join survivors on visitors.lead_id = survivors.lead_id
    inner join known_leads on coalesce(survivors.survivor_id, visitors.lead_id) = known_leads.lead_id
),

-- Of each person the first visit, by its seq.
firsts as (
    select arg_min(seen.seq, epoch_us(seen.occurred_at) * cast(1000000000000 as hugeint) + seen.seq) as seq
    from events as seen
    left join owners on seen.visitor_id = owners.visitor_id
    where seen.name = 'touch_recorded'
    group by coalesce(owners.lead_id, seen.visitor_id)
),

read_once as (
    select
        event_id,
        seq,
        visitor_id,
        occurred_at,
        webinar_id,
        (
            properties ->> [
                '$.landing', '$.ref', '$.partner_id', '$.referrer_host', '$.utm.source', '$.utm.medium',
                '$.utm.campaign', '$.utm.content', '$.utm.term'
            ]
        ) as stated
    from events
    where name = 'touch_recorded' and visitor_id is not null
),

visits as (
    select
        read_once.event_id,
        read_once.seq,
        read_once.visitor_id,
        read_once.occurred_at,
        read_once.webinar_id,
        owners.lead_id,
        firsts.seq is not null as is_first,
        read_once.stated[1] as landing,
        read_once.stated[2] as ref_code,
        read_once.stated[3] as partner_id,
        read_once.stated[4] as referrer_host,
        read_once.stated[5] as utm_source,
        read_once.stated[6] as utm_medium,
        read_once.stated[7] as utm_campaign,
        read_once.stated[8] as utm_content,
        read_once.stated[9] as utm_term,
        lower(trim(read_once.stated[5])) as stated_source,
        case
            when coalesce(trim(read_once.stated[5]), '') = ''
                then regexp_replace(rtrim(lower(trim(read_once.stated[4])), '.'), '^(www\.)?(m\.)?', '')
        end as referrer
    from read_once
    left join owners on read_once.visitor_id = owners.visitor_id
    left join firsts on read_once.seq = firsts.seq
)

select
    visits.event_id as touch_id,
    visits.visitor_id,
    visits.occurred_at as touched_at,
    visits.seq,
    visits.webinar_id,
    visits.landing,
    visits.ref_code,
    visits.partner_id,
    visits.utm_source,
    visits.utm_medium,
    visits.utm_campaign,
    visits.utm_content,
    visits.utm_term,
    visits.referrer_host,
    visits.lead_id,
    case
        when visits.stated_source != '' then visits.stated_source
        when coalesce(visits.referrer, '') = '' then 'direct'
        when visits.referrer in ('ya.ru', 'go.mail.ru') then 'search'
        when visits.referrer in ('ok.ru', 'dzen.ru', 'x.com', 't.co') then 'social'
        when visits.referrer in ('t.me', 'wa.me', 'max.ru') then 'messenger'
        when visits.referrer in ('mail.ru', 'e.mail.ru', 'mail.google.com', 'mail.yandex.ru') then 'email'
        when regexp_matches(visits.referrer, '(^|\.)(google|yandex|bing|duckduckgo|yahoo|baidu)\.') then 'search'
        when
            regexp_matches(visits.referrer, '(^|\.)(vk|instagram|facebook|youtube|tiktok|twitter|linkedin|rutube)\.')
            then 'social'
        when regexp_matches(visits.referrer, '(^|\.)(telegram|whatsapp|viber)\.') then 'messenger'
        when regexp_matches(visits.referrer, '(^|\.)(gmail|outlook)\.') then 'email'
        else 'referral'
    end as source,  -- noqa: RF04
    visits.is_first
from visits
