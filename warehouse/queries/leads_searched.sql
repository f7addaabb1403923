-- Of the leads that match those a search finds. Parameters: search (the beginning of an id), words (each a part of a
-- name, an e-mail or a Telegram name) and the longest piece of them that is spelt in one way only, digits (a part of a
-- phone) and its beginning. A merged lead is found by the contacts of both. Contacts are looked up of those in whom
-- something like the search was ever seen. Needs: leads_matching and merged_leads (survivors).
with alike as (
    select distinct subject_id
    from people
    where
        (kind in ('name', 'email', 'telegram_name') and contains(lower(value), $piece))
        or (kind = 'phone' and $digits != '' and contains(value, $digits))
        or (kind = 'phone' and $beginning != '' and starts_with(value, $beginning))
),

still_alike as (
    select
        subject_id,
        kind,
        value
    from people
    where kind in ('name', 'phone', 'email', 'telegram_name') and subject_id in (select alike.subject_id from alike)
    qualify row_number() over (partition by subject_id, kind, ref order by given_at desc, seq desc) = 1
),

found as (
    select distinct coalesce(merged_leads.survivor_id, still_alike.subject_id) as lead_id
    from still_alike
    left join merged_leads on still_alike.subject_id = merged_leads.lead_id
    where
        (
            still_alike.kind != 'phone'
            and list_bool_and(
                list_transform(
                    $words, lambda word: contains(replace(lower(still_alike.value), 'ё', 'е'), word)  -- noqa: RF02
                )
            )
        )
        or (still_alike.kind = 'phone' and $digits != '' and contains(still_alike.value, $digits))
        or (still_alike.kind = 'phone' and $beginning != '' and starts_with(still_alike.value, $beginning))
)

select *
from leads_matching
where starts_with(lead_id, $search) or lead_id in (select found.lead_id from found)
