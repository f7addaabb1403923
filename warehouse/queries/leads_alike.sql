-- Pairs of leads that are perhaps one person, the surest first: the same phone, e-mail or chat in whatever version; the
-- same mailbox spelled differently (dots and what follows a plus); the same name with the same last seven digits.
-- Merged leads are looked at as the one that goes on. Parameters: apart (pairs «a|b» that staff keeps apart), limit.
-- Needs: survivors.
with known as (
    select distinct
        coalesce(survivors.survivor_id, people.subject_id) as lead_id,
        people.kind,
        people.value
    from people
    left join survivors on people.subject_id = survivors.lead_id
    where people.kind in ('name', 'phone', 'email', 'telegram_chat_id') and people.value != ''
),

created as (
    select lead_id
    from events
    where name = 'core_lead_created'
    group by lead_id
),

names as (
    select
        lead_id,
        lower(trim(value)) as lead_name
    from known
    where kind = 'name'
),

traits as (
    select
        lead_id,
        1 as trait_rank,
        kind || ':' || value as trait
    from known
    where kind in ('phone', 'email', 'telegram_chat_id')
    union all
    select
        lead_id,
        2 as trait_rank,
        'box:' || replace(regexp_extract(value, '^([^+@]+)', 1), '.', '') || '@' || split_part(value, '@', 2) as trait
    from known
    where kind = 'email'
    union all
    select
        known.lead_id,
        3 as trait_rank,
        'name:' || names.lead_name || ':' || right(known.value, 7) as trait
    from known
    inner join names on known.lead_id = names.lead_id
    where known.kind = 'phone'
),

pairs as (
    select
        a.lead_id as one_id,
        b.lead_id as other_id,
        min(a.trait_rank) as trait_rank
    from traits as a
    inner join traits as b on a.trait = b.trait and a.lead_id < b.lead_id
    inner join created as first_lead on a.lead_id = first_lead.lead_id
    inner join created as second_lead on b.lead_id = second_lead.lead_id
    group by a.lead_id, b.lead_id
),

suggested as (
    select
        one_id,
        other_id,
        trait_rank
    from pairs
    where not list_contains($apart, one_id || '|' || other_id)
)

select
    suggested.*,
    (select count(everything.one_id) from suggested as everything) as total
from suggested
order by suggested.trait_rank, suggested.one_id, suggested.other_id
limit $limit
