-- Every visit with its source: `utm_source`, else the referrer's class, else `direct`. A relation others share.
-- The same classes as `domain.attribution.referrer_class`; a test holds the two together.
with touches as (
    select
        seq,
        visitor_id,
        occurred_at,
        (properties ->> '$.partner_id') as partner_id,
        lower(trim((properties ->> '$.utm.source'))) as utm_source,
        regexp_replace(rtrim(lower(trim((properties ->> '$.referrer_host'))), '.'), '^(www\.)?(m\.)?', '') as referrer
    from events
    where name = 'touch_recorded'
)

select
    seq,
    visitor_id,
    occurred_at,
    partner_id,
    case
        when utm_source != '' then utm_source
        when coalesce(referrer, '') = '' then 'direct'
        when referrer in ('ya.ru', 'go.mail.ru') then 'search'
        when referrer in ('ok.ru', 'dzen.ru', 'x.com', 't.co') then 'social'
        when referrer in ('t.me', 'wa.me', 'max.ru') then 'messenger'
        when referrer in ('mail.ru', 'e.mail.ru', 'mail.google.com', 'mail.yandex.ru') then 'email'
        when regexp_matches(referrer, '(^|\.)(google|yandex|bing|duckduckgo|yahoo|baidu)\.') then 'search'
        when
            regexp_matches(referrer, '(^|\.)(vk|instagram|facebook|youtube|tiktok|twitter|linkedin|rutube)\.')
            then 'social'
        when regexp_matches(referrer, '(^|\.)(telegram|whatsapp|viber)\.') then 'messenger'
        when regexp_matches(referrer, '(^|\.)(gmail|outlook)\.') then 'email'
        else 'referral'
    end as touch_source
from touches
